package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activity.GateJson;
import io.countersign.activity.GrantActivities.GrantRequest;
import io.countersign.activity.Submission;
import io.countersign.failure.FailureType;
import io.countersign.gate.GateView;
import io.countersign.policy.GateFunction;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import io.countersign.worker.demo.Intruder;
import io.countersign.worker.engine.ExampleSystem;
import io.temporal.client.WorkflowNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What people have ended stays ended (I1, I3): no second run, no old voices and no other submission
 * under its name make a grant.
 */
class EndedStaysEndedIT {
  private final Life life = new Life();
  private final Gatehouse house = life.house;
  private final Intruder intruder = life.intruder();

  @Test
  void aSecondRunOfAFullySignedReleaseThatWasWithdrawnGrantsNothing() {
    ReleaseId id = house.start("2026.11.1", "ended-1");
    house.await(id, GateState.AWAITING_SIGN_OFF);
    List<String> voices = voices(id);
    voices.forEach(voice -> house.signal(id, "signOff", voice));
    // Everybody has said yes; only the workload has not shown itself.
    house.await(id, GateState.GRANTING);
    life.order(id, OrderKind.WITHDRAW);
    house.await(id, GateState.WITHDRAWN);
    Gatehouse.await(() -> life.entries(id), told -> told.contains("COMPLETE"));
    runAgain(id, voices);
    Gatehouse.await(() -> life.entries(id), told -> told.contains("ALARM"));
    assertThat(life.entries(id)).containsOnlyOnce("COMPLETE");
  }

  @Test
  void aSecondRunOfAReleaseThatSomebodyRejectedGrantsNothing() {
    ReleaseId id = life.awaiting("ended-2");
    List<String> voices = voices(id);
    house.signal(
        id,
        "signOff",
        house.signOff(id, "sina@example.com", GateFunction.SECURITY, SignOffDecision.REJECT));
    house.await(id, GateState.REJECTED);
    runAgain(id, voices);
  }

  @Test
  void aRunUnderAnotherReleasesNameGrantsNeither() {
    ReleaseId signed = life.awaiting("ended-3");
    List<String> voices = voices(signed);
    ReleaseId name = new ReleaseId(signed.environment(), signed.system(), "ended-4");
    JsonNode input = intruder.input(signed.workflowId());
    intruder.startAgain(name.workflowId(), input);
    house.await(name, GateState.AWAITING_SIGN_OFF);
    voices.forEach(voice -> house.signal(name, "signOff", voice));
    // Everybody approved of the release; the run is not the one that orders would reach.
    GateView impostor = Gatehouse.await(() -> house.view(name), seen -> seen.state().ended());
    assertThat(impostor.reasonType()).isEqualTo(FailureType.RECORD_CONFLICT);
    grantsNothing(signed);
    grantsNothing(name);
  }

  @Test
  void voicesForOneReleaseAreNoneForAnotherThatRunsUnderItsName() {
    ReleaseId signed = life.awaiting("ended-5");
    List<String> voices = voices(signed);
    JsonNode input = intruder.input(signed.workflowId());
    Submission other = house.submission(house.manifest("2026.11.1", "ended-7"), "pia@example.com");
    ((ObjectNode) input).set("submission", GateJson.mapper().valueToTree(other));
    intruder.startAgain(signed.workflowId(), input);
    Gatehouse.await(
        () -> house.view(signed),
        seen ->
            seen.release().equals(other.release()) && seen.state() == GateState.AWAITING_SIGN_OFF);
    voices.forEach(voice -> house.signal(signed, "signOff", voice));
    GateView view = Gatehouse.await(() -> house.view(signed), seen -> seen.refusals() == 3);
    assertThat(view.state()).isEqualTo(GateState.AWAITING_SIGN_OFF);
    assertThat(view.decision().awaiting()).hasSize(3);
    grantsNothing(signed);
    grantsNothing(other.release());
    intruder.terminate(signed.workflowId());
  }

  @Test
  void aForgedRunCannotHaveTheGrantWrittenInItsOwnName() {
    ReleaseId signed = house.start("2026.11.1", "ended-6");
    house.await(signed, GateState.AWAITING_SIGN_OFF);
    life.approveAll(signed);
    house.await(signed, GateState.GRANTING);
    Gatehouse.await(() -> house.workload.login(ExampleSystem.SYSTEM, "probe"), Optional::isPresent);
    Rogue.Answer answer = life.rogue().schedule("Grant", new GrantRequest(signed, 1, "a-run"));
    assertThat(answer.failure()).isIn("RECORD_CONFLICT", "IDENTITY_NOT_PROVED");
    house.await(signed, GateState.LIVE);
    assertThat(life.grants(signed)).containsExactly("LIVE");
    assertThat(life.sweep().findings()).isEmpty();
    life.retire(signed);
  }

  private void runAgain(ReleaseId id, List<String> voices) {
    intruder.startAgain(id.workflowId(), intruder.input(id.workflowId()));
    for (String voice : voices) {
      if (!intruder.closed(id.workflowId())) {
        try {
          house.signal(id, "signOff", voice);
        } catch (WorkflowNotFoundException over) {
          // It ended before it could be told.
        }
      }
    }
    GateView view = Gatehouse.await(() -> house.view(id), seen -> seen.state().ended());
    assertThat(view.state()).isEqualTo(GateState.REJECTED);
    assertThat(view.said()).as("nobody was asked again").isEmpty();
    grantsNothing(id);
  }

  private void grantsNothing(ReleaseId id) {
    assertThat(life.login(id)).isEmpty();
    assertThat(life.grants(id)).isEmpty();
    assertThat(life.roles()).doesNotContain(id.version());
  }

  private List<String> voices(ReleaseId id) {
    List<String> voices = new ArrayList<>();
    voices.add(voice(id, "mara@example.com", GateFunction.MLOPS));
    voices.add(voice(id, "sven@example.com", GateFunction.SECURITY));
    voices.add(voice(id, "rita@example.com", GateFunction.RISK));
    return voices;
  }

  private String voice(ReleaseId id, String person, GateFunction function) {
    return house.signOff(id, person, function, SignOffDecision.APPROVE);
  }
}
