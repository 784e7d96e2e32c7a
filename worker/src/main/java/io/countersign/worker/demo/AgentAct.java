package io.countersign.worker.demo;

import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.worker.engine.DemoWorkload;
import io.countersign.worker.engine.ExampleAgent;
import io.countersign.worker.engine.ExampleAgent.Deployment;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The last act: the agent of {@code examples/agent} runs as release 1, asks the decision point
 * before each call of a tool, and is in the middle of its plan when release 1 is rolled back.
 */
final class AgentAct {
  private static final String LIVE_NOW = "2026.11.1";
  private static final String LOOKED_UP = "allowed read refund.lookup: no refund was paid for ";

  /** It looks up an open case ten times a second until it is stopped, for half an hour at most. */
  private static final String PLAN =
      """
      [
        {"tool": "refund.lookup", "permission": "read", "dataClasses": ["pii"],
         "arguments": {"case": "C-1042", "status": "open"}},
        {"tool": "refund.lookup", "permission": "read", "dataClasses": ["pii"],
         "arguments": {"case": "C-0007", "status": "closed"}},
        {"tool": "refund.issue", "permission": "write", "dataClasses": ["pii"],
         "arguments": {"case": "C-1042", "status": "open", "amountCents": 4900}},
        {"tool": "refund.lookup", "permission": "read", "dataClasses": ["pii"],
         "arguments": {"case": "C-1043", "status": "open"}, "times": 18000, "every": 0.1}
      ]
      """;

  private final Stage stage;
  private final DemoWorkload workload;
  private final URI vault;
  private final URI decisions;
  private final Path source;
  private final Path home;
  private final EvidenceAct evidence;

  /**
   * @param decisions the address of the decision point
   * @param source the directory of the example's agent
   * @param home where the agent's files are left
   * @param evidence by whom what was decided is looked at
   */
  AgentAct(
      Stage stage,
      DemoWorkload workload,
      URI vault,
      URI decisions,
      Path source,
      Path home,
      EvidenceAct evidence) {
    this.stage = stage;
    this.workload = workload;
    this.vault = vault;
    this.decisions = decisions;
    this.source = source;
    this.home = home;
    this.evidence = evidence;
  }

  Act play() {
    Act act = new Act("h", "An agent asks before each call, and a rollback stops it in mid-run");
    Optional<Path> python = ExampleAgent.python();
    if (python.isEmpty()) {
      act.say("the agent needs Python 3 on the PATH, and there is none: only the gate's part");
      rollBack(act);
      return act;
    }
    ReleaseId release = stage.release(LIVE_NOW);
    String audience = stage.example().audience();
    try (ExampleAgent agent =
        ExampleAgent.start(
            python.get(),
            source,
            home,
            new Deployment(release, stage.example().subject(), vault, decisions),
            workload.token(audience).reveal(),
            workload.token(Deployment.audience(audience, release)).reveal(),
            PLAN)) {
      act.see("looks up an open case", true, says(agent, is(LOOKED_UP + "C-1042")));
      act.see(
          "a closed one, which its policy forbids",
          "denied read refund.lookup: POLICY_FORBIDS",
          said(agent, 1));
      act.see(
          "issues a refund, which only release 2 could",
          "denied write refund.issue: TOOL_NOT_APPROVED",
          said(agent, 2));
      act.see("goes on with its plan", true, says(agent, is(LOOKED_UP + "C-1043")));
      Instant ordered = rollBack(act);
      act.see("the agent stops in mid-run", true, says(agent, is("stopped in mid-run: NOT_LIVE")));
      act.say(
          "from the order to the stop, with a question every 100 ms: "
              + Duration.between(ordered, Instant.now()).toMillis()
              + " ms");
      act.see("its exit code", ExampleAgent.ENDED, agent.exit().orElse(-1));
      act.see("its last word", "Vault no longer takes the token", last(agent));
    }
    evidence.decided(act);
    return act;
  }

  /** Nothing was live before release 1, so that nothing is after it. */
  private Instant rollBack(Act act) {
    Instant ordered = Instant.now();
    act.see(
        "otto orders the rollback of release 1",
        Stage.ACCEPTED,
        stage.order(LIVE_NOW, "otto@example.com", OrderKind.ROLLBACK));
    act.see(
        "release 1", GateState.ROLLED_BACK, stage.await(LIVE_NOW, GateState.ROLLED_BACK).state());
    return ordered;
  }

  private static Predicate<String> is(String line) {
    return line::equals;
  }

  /** Whether it says such a line before it ends. */
  private static boolean says(ExampleAgent agent, Predicate<String> line) {
    Stage.await(() -> agent.said().stream().anyMatch(line) || !agent.running());
    return agent.said().stream().anyMatch(line);
  }

  private static String said(ExampleAgent agent, int number) {
    Stage.await(() -> agent.said().size() > number || !agent.running());
    List<String> said = agent.said();
    return said.size() > number ? said.get(number) : "nothing";
  }

  private static String last(ExampleAgent agent) {
    List<String> said = agent.said();
    return said.isEmpty() ? "nothing" : said.get(said.size() - 1);
  }
}
