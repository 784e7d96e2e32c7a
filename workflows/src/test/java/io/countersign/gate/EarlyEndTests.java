package io.countersign.gate;

import static io.countersign.gate.Rules.ONE;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activity.GrantActivities.GrantOutcome;
import io.countersign.activity.GrantActivities.GrantRequest;
import io.countersign.activity.GrantActivities.RevokeRequest;
import io.countersign.activity.RecordActivities.Telling;
import io.countersign.failure.FailureType;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.temporal.client.WorkflowStub;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A grant that ends before the validity does: reminders, and a reason that names why. */
class EarlyEndTests extends GateScenario {
  private static final String WAIVER = "the waiver of mlops.model-quality by maya@example.com";

  private GrantOutcome shortly(GrantRequest request, Duration life) {
    GrantOutcome usual = world.granted(request);
    Instant live = world.now();
    return new GrantOutcome(
        usual.status(),
        usual.slot(),
        usual.grantId(),
        live,
        live.plus(life),
        null,
        usual.detail(),
        null,
        null,
        null,
        WAIVER,
        null,
        null);
  }

  @Test
  void peopleAreRemindedAndTheReasonNamesTheWaiver() {
    world.resolve = s -> Rules.calm();
    world.grant = r -> shortly(r, Duration.ofDays(2));
    WorkflowStub gate = stage.live(ONE);
    GateView live = Stage.view(gate);
    assertThat(live.exceptions().endsBy()).isEqualTo(WAIVER);
    GateView end = stage.result(gate);
    assertThat(end.state()).isEqualTo(GateState.EXPIRED);
    assertThat(end.reasonType()).isEqualTo(FailureType.EXPIRED);
    assertThat(end.reason()).isEqualTo("The access ended with " + WAIVER + ".");
    assertThat(world.asked(Telling.class).stream().filter(t -> t.kind() == EntryKind.REMINDER))
        .extracting(Telling::key)
        .containsExactly("end/1/1", "end/1/2");
    assertThat(world.asked(RevokeRequest.class))
        .containsExactly(
            new RevokeRequest(ONE, 1, GateState.EXPIRED, "The access ended with " + WAIVER + "."));
    assertThat(end.revokedAt())
        .isBetween(live.expiresAt(), live.expiresAt().plus(Duration.ofMinutes(1)));
  }

  @Test
  void aValidityThatEndsByItselfNeedsNoReminder() {
    world.resolve = s -> Rules.calm();
    WorkflowStub gate = stage.live(ONE);
    assertThat(stage.result(gate).reason()).isEqualTo("The validity has ended.");
    assertThat(world.asked(Telling.class).stream().map(Telling::kind))
        .doesNotContain(EntryKind.REMINDER);
  }
}
