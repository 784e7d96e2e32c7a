package io.countersign.gate;

import static io.countersign.gate.Rules.ONE;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activity.CheckRequest;
import io.countersign.activity.GrantActivities.GrantRequest;
import io.countersign.activity.GrantActivities.IdentityRequest;
import io.countersign.activity.GrantActivities.RevokeRequest;
import io.countersign.activity.MessageActivities.AssessRequest;
import io.countersign.activity.RecordActivities.Telling;
import io.countersign.activity.Submission;
import io.countersign.activity.SubmissionActivities.ReviewRequest;
import io.countersign.failure.FailureType;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.temporal.client.WorkflowStub;
import org.junit.jupiter.api.Test;

/** The straight way, with every argument that an activity got. */
class ReleaseLifeTests extends GateScenario {
  @Test
  void aReleaseLivesUntilItsValidityEnds() {
    WorkflowStub gate = stage.live(ONE);
    GateView live = Stage.view(gate);
    assertThat(live.generation()).isEqualTo(1);
    assertThat(live.grantId()).isEqualTo("grant-1");
    assertThat(live.said()).hasSize(3);
    GateView end = stage.result(gate);
    assertThat(end.state()).isEqualTo(GateState.EXPIRED);
    assertThat(end.reasonType()).isEqualTo(FailureType.EXPIRED);
    assertThat(end.revokedAt()).isAfterOrEqualTo(live.expiresAt());
    assertThat(end.slot()).isNull();
    asksForWhatWasSubmitted(gate.getExecution().getWorkflowId());
  }

  /** Replay compares the order of commands only: what they say is held here. */
  private void asksForWhatWasSubmitted(String workflowId) {
    assertThat(workflowId).isEqualTo("release/production/fraud-scorer/1");
    assertThat(world.asked(Submission.class)).containsExactly(Stage.submission(ONE));
    assertThat(world.activities()).containsAll(Rules.CHECKS);
    assertThat(world.asked(CheckRequest.class)).hasSize(5).containsOnly(new CheckRequest(ONE, 1));
    assertThat(world.asked(ReviewRequest.class)).containsExactly(new ReviewRequest(ONE, 1));
    assertThat(world.asked(IdentityRequest.class)).containsExactly(new IdentityRequest(ONE));
    assertThat(world.asked(AssessRequest.class))
        .extracting(AssessRequest::state)
        .containsOnly(GateState.AWAITING_SIGN_OFF);
    assertThat(world.asked(AssessRequest.class))
        .extracting(AssessRequest::envelope)
        .first()
        .isEqualTo("{\"say\":\"approve\",\"function\":\"mlops\",\"who\":\"mlops@example.com\"}");
    assertThat(world.asked(GrantRequest.class))
        .singleElement()
        .satisfies(
            request -> {
              assertThat(request.release()).isEqualTo(ONE);
              assertThat(request.generation()).isEqualTo(1);
              assertThat(request.firstRunId()).isNotBlank();
            });
    assertThat(world.asked(RevokeRequest.class))
        .containsExactly(new RevokeRequest(ONE, 1, GateState.EXPIRED, "The validity has ended."));
    assertThat(world.asked(Telling.class))
        .containsExactly(
            new Telling(
                ONE, EntryKind.COMPLETE, "complete", GateState.EXPIRED, "The validity has ended."));
  }
}
