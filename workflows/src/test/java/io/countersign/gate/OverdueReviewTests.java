package io.countersign.gate;

import static io.countersign.gate.Rules.ONE;
import static io.countersign.policy.GateFunction.RISK;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activity.GrantActivities.GrantOutcome;
import io.countersign.activity.GrantActivities.GrantRequest;
import io.countersign.activity.MessageOutcome;
import io.countersign.activity.RecordActivities.Telling;
import io.countersign.failure.FailureType;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.temporal.client.WorkflowStub;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A live emergency: it ends by itself unless those who were skipped review it in time. */
class OverdueReviewTests extends GateScenario {
  private GrantOutcome toBeReviewed(GrantRequest request) {
    GrantOutcome usual = world.granted(request);
    return new GrantOutcome(
        usual.status(),
        usual.slot(),
        usual.grantId(),
        usual.liveAt(),
        usual.expiresAt(),
        null,
        usual.detail(),
        null,
        null,
        null,
        null,
        null,
        usual.liveAt().plus(Duration.ofDays(3)));
  }

  private WorkflowStub live() {
    world.resolve = s -> Rules.calm();
    world.grant = this::toBeReviewed;
    return stage.live(ONE);
  }

  @Test
  void withoutAReviewItEndsByItself() {
    WorkflowStub gate = live();
    GateView live = Stage.view(gate);
    GateView end = stage.result(gate);
    assertThat(end.state()).isEqualTo(GateState.EXPIRED);
    assertThat(end.reasonType()).isEqualTo(FailureType.REVIEW_OVERDUE);
    assertThat(end.revokedAt())
        .isBetween(
            live.exceptions().reviewBy(), live.exceptions().reviewBy().plus(Duration.ofMinutes(1)));
    assertThat(world.asked(Telling.class).stream().filter(t -> t.kind() == EntryKind.REMINDER))
        .extracting(Telling::key)
        .containsExactly("review/1", "review/1/1", "review/1/2");
  }

  @Test
  void aReviewLetsItLiveUntilItsValidityEnds() {
    world.assess =
        r -> {
          MessageOutcome usual = world.weigh(r);
          return new MessageOutcome(
              usual.refusal(),
              usual.signOff(),
              usual.function(),
              usual.order(),
              usual.ordered(),
              usual.person(),
              usual.statement(),
              usual.detail(),
              usual.decision(),
              usual.bearer(),
              r.state() == GateState.LIVE ? Boolean.TRUE : null);
        };
    WorkflowStub gate = live();
    gate.signal("signOff", Letters.approve(RISK));
    stage.until(gate, view -> view.exceptions() == null);
    GateView end = stage.result(gate);
    assertThat(end.reasonType()).isEqualTo(FailureType.EXPIRED);
    assertThat(end.reason()).isEqualTo("The validity has ended.");
  }
}
