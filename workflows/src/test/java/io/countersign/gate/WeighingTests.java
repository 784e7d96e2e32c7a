package io.countersign.gate;

import static io.countersign.gate.Rules.ONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activity.CheckRequest;
import io.countersign.activity.CheckVerdict;
import io.countersign.activity.Resolution;
import io.countersign.check.CheckResult;
import io.countersign.failure.FailureType;
import io.countersign.release.GateState;
import io.countersign.signoff.OrderKind;
import io.temporal.client.WorkflowFailedException;
import io.temporal.client.WorkflowStub;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The check that weighs all others begins when they have answered. */
class WeighingTests extends GateScenario {
  private final Set<String> answered = ConcurrentHashMap.newKeySet();
  private final List<Set<String>> seen = new ArrayList<>();

  @BeforeEach
  void weighFirstInTheFile() {
    List<String> checks = new ArrayList<>(List.of(CheckResult.COMBINED));
    checks.addAll(Rules.CHECKS);
    world.resolve = s -> with(checks);
    world.check = this::answer;
  }

  private CheckVerdict answer(String name, CheckRequest request) {
    if (name.equals(CheckResult.COMBINED)) {
      seen.add(Set.copyOf(answered));
    }
    answered.add(name);
    return new CheckVerdict(name, "pass", "fine", World.digest(name + request.round()));
  }

  private static Resolution with(List<String> checks) {
    Resolution r = Rules.resolution(null);
    return new Resolution(
        r.releaseDigest(),
        r.submitter(),
        r.tier(),
        r.changes(),
        checks,
        r.requirements(),
        r.signOffs(),
        r.lifecycle(),
        r.validity(),
        null);
  }

  @Test
  void itSeesEveryOtherAnswer() {
    WorkflowStub gate = stage.submit(ONE);
    GateView view = stage.until(gate, GateState.AWAITING_SIGN_OFF);
    assertThat(seen).containsExactly(Set.copyOf(Rules.CHECKS));
    assertThat(view.checks())
        .extracting(CheckVerdict::check)
        .startsWith(CheckResult.COMBINED)
        .hasSize(Rules.CHECKS.size() + 1);
  }

  @Test
  void itWeighsAgainAtEveryRecheck() {
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.AWAITING_SIGN_OFF);
    answered.clear();
    Stage.order(gate, OrderKind.RECHECK, ONE);
    stage.until(
        gate,
        view ->
            view.state() == GateState.AWAITING_SIGN_OFF
                && view.checks().stream()
                    .anyMatch(v -> v.statement().equals(World.digest(CheckResult.COMBINED + 2))));
    assertThat(seen).containsExactly(Set.copyOf(Rules.CHECKS), Set.copyOf(Rules.CHECKS));
  }

  @Test
  void itDoesNotBeginWhenAnotherGaveUp() {
    world.check =
        (name, request) -> {
          if (name.equals("security.scope-review")) {
            throw failingForGood(FailureType.CHECK_BROKEN);
          }
          return answer(name, request);
        };
    WorkflowStub gate = stage.submit(ONE);
    assertThatThrownBy(() -> stage.result(gate)).isInstanceOf(WorkflowFailedException.class);
    assertThat(Stage.view(gate).state()).isEqualTo(GateState.FAILED);
    assertThat(seen).isEmpty();
  }

  @Test
  void aReleaseIsWithdrawnWhileItWeighs() {
    world.check =
        (name, request) ->
            name.equals(CheckResult.COMBINED)
                ? whenOpen(answer(name, request))
                : answer(name, request);
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, view -> !seen.isEmpty());
    Stage.order(gate, OrderKind.WITHDRAW, ONE);
    stage.until(gate, GateState.WITHDRAWN);
  }

  @Test
  void whenItGivesUpTheReleaseFails() {
    world.check =
        (name, request) -> {
          if (name.equals(CheckResult.COMBINED)) {
            throw failingForGood(FailureType.CHECK_BROKEN);
          }
          return answer(name, request);
        };
    WorkflowStub gate = stage.submit(ONE);
    assertThatThrownBy(() -> stage.result(gate)).isInstanceOf(WorkflowFailedException.class);
    assertThat(Stage.view(gate).state()).isEqualTo(GateState.FAILED);
  }
}
