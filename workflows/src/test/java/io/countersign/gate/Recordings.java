package io.countersign.gate;

import static io.countersign.gate.Rules.ONE;
import static io.countersign.gate.Rules.TWO;
import static io.countersign.policy.GateFunction.RISK;
import static io.countersign.signoff.SignOffDecision.TAKE_BACK;

import io.countersign.activity.GateJson;
import io.countersign.activity.GrantActivities.Drift;
import io.countersign.activity.GrantActivities.GrantStatus;
import io.countersign.activity.GrantActivities.WatchReport;
import io.countersign.failure.FailureType;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.temporal.client.WorkflowStub;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Writes the histories that later versions must replay and the payloads they must read. Run by hand
 * once for each released version: {@code mvn -pl workflows test -Dtest=Recordings
 * -Dcountersign.recordings=0.1}. What is committed for a released version is never written again.
 */
@EnabledIfSystemProperty(named = "countersign.recordings", matches = ".+")
class Recordings {
  static final List<String> NAMES =
      List.of(
          "life-to-expiry",
          "sign-off-expiry",
          "rollback",
          "standby-and-restored",
          "suspended-and-restored",
          "continued-as-new",
          "refused-grant");

  @Test
  void writeHistories() throws IOException {
    Path directory =
        Path.of("src/test/resources/histories", System.getProperty("countersign.recordings"));
    Files.createDirectories(directory);
    Map<String, Function<Stage, ReleaseId>> scenes = new LinkedHashMap<>();
    scenes.put("life-to-expiry", Recordings::lifeToExpiry);
    scenes.put("sign-off-expiry", Recordings::signOffExpiry);
    scenes.put("rollback", stage -> rollback(stage, TWO));
    scenes.put("standby-and-restored", stage -> rollback(stage, ONE));
    scenes.put("suspended-and-restored", Recordings::suspendedAndRestored);
    scenes.put("continued-as-new", Recordings::continuedAsNew);
    scenes.put("refused-grant", Recordings::refusedGrant);
    for (Map.Entry<String, Function<Stage, ReleaseId>> scene : scenes.entrySet()) {
      try (Stage stage = new Stage(600)) {
        stage.world.resolve = s -> Rules.calm();
        ReleaseId release = scene.getValue().apply(stage);
        Files.writeString(
            directory.resolve(scene.getKey() + ".json"), stage.history(release).toJson(true));
      }
    }
  }

  @Test
  void writePayloads() throws IOException {
    Path directory =
        Path.of("src/test/resources/payloads", System.getProperty("countersign.recordings"));
    Files.createDirectories(directory);
    for (Map.Entry<String, Object> sample : PayloadSamples.all().entrySet()) {
      Files.writeString(
          directory.resolve(sample.getKey() + ".json"),
          GateJson.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(sample.getValue())
              + "\n");
    }
  }

  private static ReleaseId lifeToExpiry(Stage stage) {
    stage.result(stage.live(ONE));
    return ONE;
  }

  private static ReleaseId signOffExpiry(Stage stage) {
    stage.result(stage.submit(ONE));
    return ONE;
  }

  private static ReleaseId rollback(Stage stage, ReleaseId recorded) {
    stage.world.resolve = s -> Rules.resolution(s.release().equals(ONE) ? null : ONE);
    ReleaseId[] newest = {ONE};
    stage.world.grant =
        r -> {
          newest[0] = r.release();
          return stage.world.granted(r);
        };
    stage.world.watch =
        r ->
            new WatchReport(
                Drift.NONE, "", r.release().equals(newest[0]) ? null : newest[0], false);
    WorkflowStub one = stage.live(ONE);
    WorkflowStub two = stage.live(TWO);
    stage.until(one, v -> v.successor() != null);
    stage.temporal.sleep(Duration.ofMinutes(11));
    stage.until(one, GateState.STANDBY);
    Stage.order(two, OrderKind.ROLLBACK, TWO);
    stage.until(one, GateState.LIVE);
    Stage.order(one, OrderKind.RETIRE, ONE);
    stage.result(one);
    stage.result(two);
    return recorded;
  }

  private static ReleaseId suspendedAndRestored(Stage stage) {
    WorkflowStub gate = stage.live(ONE);
    gate.signal("signOff", Letters.say(TAKE_BACK, RISK, "risk@example.com"));
    stage.until(gate, GateState.SUSPENDED);
    gate.update("submitSignOff", Receipt.class, Letters.approve(RISK));
    Stage.order(gate, OrderKind.RESTORE, ONE);
    stage.until(gate, GateState.LIVE);
    stage.result(gate);
    return ONE;
  }

  private static ReleaseId continuedAsNew(Stage stage) {
    WorkflowStub gate = stage.live(ONE);
    String first = gate.describe().getExecution().getRunId();
    for (int i = 0; i < 1_000; i++) {
      gate.signal("signOff", "junk");
    }
    stage.continuedFrom(gate, first);
    Stage.order(gate, OrderKind.SUSPEND, ONE);
    stage.until(gate, GateState.SUSPENDED);
    Stage.order(gate, OrderKind.RETIRE, ONE);
    stage.result(gate);
    return ONE;
  }

  private static ReleaseId refusedGrant(Stage stage) {
    stage.world.grant =
        r -> World.notGranted(GrantStatus.REFUSED, FailureType.SUBJECT_CHANGED, null);
    WorkflowStub gate = stage.submit(ONE);
    stage.until(gate, GateState.AWAITING_SIGN_OFF);
    Stage.approve(gate);
    stage.result(gate);
    return ONE;
  }
}
