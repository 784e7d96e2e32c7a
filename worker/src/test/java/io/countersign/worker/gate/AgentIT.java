package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.worker.engine.ExampleAgent;
import io.countersign.worker.engine.ExampleAgent.Deployment;
import io.countersign.worker.engine.ExampleDecisions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The agent of {@code examples/agent} and the programs of docs/runtime-policy.md beside a gate, a
 * Vault and a decision point that are real.
 */
class AgentIT {
  private static final String PLAN =
      """
      [
        {"tool": "refund.lookup", "permission": "read", "dataClasses": ["pii"],
         "arguments": {"case": "C-1", "status": "open"}},
        {"tool": "refund.lookup", "permission": "read", "dataClasses": ["pii"],
         "arguments": {"case": "C-2", "status": "closed"}},
        {"tool": "refund.lookup", "permission": "write", "dataClasses": ["pii"],
         "arguments": {"case": "C-3", "status": "open"}},
        {"tool": "refund.lookup", "permission": "read", "dataClasses": ["health"],
         "arguments": {"case": "C-4", "status": "open"}},
        {"tool": "refund.issue", "permission": "write", "dataClasses": ["pii"],
         "arguments": {"case": "C-5", "status": "open", "amountCents": 1}},
        {"tool": "customer.export", "permission": "read", "dataClasses": ["pii"],
         "arguments": {"status": "open"}},
        {"tool": "refund.lookup", "permission": "read", "dataClasses": ["pii"],
         "arguments": {"case": "C-6", "status": "open"}, "times": 18000, "every": 0.1}
      ]
      """;
  private static final String GOES_ON = "allowed read refund.lookup: no refund was paid for C-6";

  @TempDir static Path directory;

  private static final Life LIFE = new Life();
  private static WorkerProcess node;
  private static URI decisions;

  private final Gatehouse house = LIFE.house;

  @BeforeAll
  static void startNode() throws IOException {
    Path settings = LIFE.house.settings("agent-node", Map.of());
    decisions = ExampleDecisions.of(LIFE.house.example).settings(settings, "node-1");
    node = WorkerProcess.start(settings, directory.resolve("node.log"), "decide");
    Gatehouse.await(node::log, log -> log.contains("Deciding at " + decisions));
  }

  @AfterAll
  static void stopNode() {
    node.close();
  }

  private Deployment deployment(ReleaseId id) {
    return new Deployment(id, house.example.subject(), house.engines.vault().address(), decisions);
  }

  private String decisionToken(String release) {
    return house.workload.token(house.example.audience() + "/decide" + release).reveal();
  }

  private ExampleAgent agent(ReleaseId id, String decisionToken) {
    return ExampleAgent.start(
        AgentTests.python(),
        AgentTests.source(),
        directory.resolve(id.version()),
        deployment(id),
        house.workload.token(house.example.audience()).reveal(),
        decisionToken,
        PLAN);
  }

  private static void await(ExampleAgent agent, String line) {
    Gatehouse.await(agent::said, said -> said.contains(line) || !agent.running());
    assertThat(agent.said()).contains(line);
  }

  @Test
  void theAgentDoesWhatIsAllowedAndIsStoppedInMidRunByARollback() {
    ReleaseId id = LIFE.live("agent-1");
    try (ExampleAgent agent = agent(id, decisionToken("/" + id.version()))) {
      await(agent, GOES_ON);
      assertThat(agent.said().subList(0, 6))
          .containsExactly(
              "allowed read refund.lookup: no refund was paid for C-1",
              "denied read refund.lookup: POLICY_FORBIDS",
              "denied write refund.lookup: PERMISSION_NOT_APPROVED",
              "denied read refund.lookup: DATA_CLASS_NOT_APPROVED",
              "denied write refund.issue: TOOL_NOT_APPROVED",
              "denied read customer.export: TOOL_NOT_APPROVED");
      LIFE.order(id, OrderKind.ROLLBACK);
      assertThat(agent.exit()).as("%s", agent.said()).contains(ExampleAgent.ENDED);
      assertThat(agent.said())
          .endsWith(
              GOES_ON,
              "denied read refund.lookup: NOT_LIVE",
              "stopped in mid-run: NOT_LIVE",
              "Vault no longer takes the token");
    }
    house.await(id, GateState.ROLLED_BACK);
  }

  @Test
  void theAgentIsStoppedByASuspensionAndBeginsAgainAfterwards() {
    ReleaseId id = LIFE.live("agent-2");
    try (ExampleAgent agent = agent(id, decisionToken(""))) {
      await(agent, GOES_ON);
      LIFE.order(id, OrderKind.SUSPEND);
      assertThat(agent.exit()).as("%s", agent.said()).contains(ExampleAgent.ENDED);
      assertThat(agent.said()).contains("stopped in mid-run: SUSPENDED");
    }
    house.await(id, GateState.SUSPENDED);
    LIFE.order(id, OrderKind.RESTORE);
    house.await(id, GateState.LIVE);
    try (ExampleAgent agent = agent(id, decisionToken(""))) {
      await(agent, GOES_ON);
    }
    LIFE.retire(id);
  }

  @Test
  void theProgramsOfThePageSayYesAndNo() throws Exception {
    ReleaseId id = LIFE.live("agent-3");
    Path token = Files.writeString(directory.resolve("ask.jwt"), decisionToken(""));
    List<AskedByHand> programs = AskedByHand.all(directory);
    for (AskedByHand program : programs) {
      AskedByHand.Answer yes =
          Gatehouse.await(() -> program.ask(decisions, token, id), one -> one.exit() == 0);
      assertThat(yes.said()).as(program.toString()).startsWith("ALLOWED");
      assertThat(program.ask(decisions, token, ReleaseId.parse(id + "-other")).exit())
          .as("%s takes the yes for another release", program)
          .isNotZero();
    }
    LIFE.retire(id);
    List<String> reasons = new ArrayList<>();
    Path login = loginToken();
    for (AskedByHand program : programs) {
      AskedByHand.Answer no = program.ask(decisions, token, id);
      assertThat(no.exit()).as(program.toString()).isNotZero();
      reasons.add(no.said().lines().findFirst().orElse(""));
      assertThat(program.ask(decisions, login, id).exit())
          .as("%s with the token that opens Vault", program)
          .isNotZero();
      assertThat(program.ask(URI.create("http://127.0.0.1:1"), token, id).exit())
          .as("%s where nobody answers", program)
          .isNotZero();
    }
    assertThat(reasons).containsOnly("NOT_LIVE").hasSize(programs.size());
  }

  private Path loginToken() throws IOException {
    return Files.writeString(
        directory.resolve("login.jwt"), house.workload.token(house.example.audience()).reveal());
  }
}
