package io.countersign.worker.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.gate.GateView;
import io.countersign.policy.GateFunction;
import io.countersign.release.GateState;
import io.countersign.signoff.SignOffDecision;
import java.util.Optional;

/** The fifth act: somebody with full Temporal access tries. Nothing is granted. */
final class IntruderAct {
  private static final String LIVE_NOW = "2026.11.1";
  private static final String ROLLED_BACK = "2026.11.2";
  private static final String REJECTED = "2026.11.3";
  private static final String UNSIGNED = "2026.11.4";

  private final Stage stage;
  private final Intruder intruder;

  IntruderAct(Stage stage, Intruder intruder) {
    this.stage = stage;
    this.intruder = intruder;
  }

  Act play() {
    Act act = new Act("f", "Somebody with full Temporal access tries");
    secondRun(act);
    reset(act);
    forgedCompletion(act);
    act.see(
        "release 1, which people approved, still works", true, stage.login(LIVE_NOW).isPresent());
    return act;
  }

  /**
   * Release 3 has every sign-off, and was rejected because its bytes changed. They are back; so is
   * its run.
   */
  private void secondRun(Act act) {
    String workflow = stage.release(REJECTED).workflowId();
    intruder.startAgain(workflow, intruder.input(workflow));
    act.see("a second run of release 3", true, settled(REJECTED));
    act.see("login as release 3", false, stage.login(REJECTED).isPresent());
    end(workflow);
  }

  /** Release 2 was signed off, taken back and rolled back; a reset forgets the last two. */
  private void reset(Act act) {
    String workflow = stage.release(ROLLED_BACK).workflowId();
    intruder.resetToStart(workflow);
    act.see("a reset of release 2 before every message", true, settled(ROLLED_BACK));
    act.see("login as release 2", false, stage.login(ROLLED_BACK).isPresent());
    end(workflow);
  }

  /**
   * Release 4 has no sign-off at all; the intruder answers an activity in the worker's place and
   * signs as Mara.
   */
  private void forgedCompletion(Act act) {
    stage.example().derive(REJECTED, UNSIGNED, LIVE_NOW);
    act.see("release 4 starts", Stage.ACCEPTED, stage.start(UNSIGNED));
    GateView awaiting = stage.await(UNSIGNED, GateState.AWAITING_SIGN_OFF);
    String workflow = stage.release(UNSIGNED).workflowId();
    Optional<?>[] id = {Optional.empty()};
    Stage.await(
        () -> {
          id[0] = intruder.pending(workflow, "ProveIdentity");
          return id[0].isPresent();
        });
    intruder.complete(
        workflow, (String) id[0].orElseThrow(), json("{\"at\":\"2026-01-01T00:00:00Z\"}"));
    act.see(
        "an activity is answered in the worker's place",
        true,
        Stage.await(() -> intruder.pending(workflow, "ProveIdentity").isEmpty()));
    intruder.signal(
        workflow,
        "signOff",
        json(
            stage
                .people()
                .signOff(
                    awaiting,
                    "mara@example.com",
                    "pia@example.com",
                    GateFunction.MLOPS,
                    SignOffDecision.APPROVE)));
    act.see(
        "a sign-off in mara's name by another key is refused",
        true,
        Stage.await(() -> stage.view(UNSIGNED).refusals() == 1));
    act.see(
        "release 4 waits for people", GateState.AWAITING_SIGN_OFF, stage.view(UNSIGNED).state());
    act.see("login as release 4", false, stage.login(UNSIGNED).isPresent());
  }

  /** Whether the run came to rest without being LIVE. */
  private boolean settled(String version) {
    GateState[] seen = {GateState.SUBMITTED};
    Stage.await(
        () -> {
          seen[0] = stage.view(version).state();
          return seen[0].ended()
              || seen[0] == GateState.LIVE
              || seen[0] == GateState.AWAITING_SIGN_OFF;
        });
    return seen[0] != GateState.LIVE;
  }

  private void end(String workflow) {
    if (intruder.closed(workflow)) {
      return;
    }
    try {
      intruder.terminate(workflow);
    } catch (IllegalStateException refused) {
      // It may have come to its own end meanwhile.
      if (!intruder.closed(workflow)) {
        throw refused;
      }
    }
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
