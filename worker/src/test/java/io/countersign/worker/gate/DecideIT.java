package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.activities.adapter.signing.KeyFiles;
import io.countersign.activities.signoff.KeyAlgorithm;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.worker.config.Settings;
import io.countersign.worker.engine.DemoWorkload;
import io.countersign.worker.runtime.Deciding;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A decision point beside a gate on real engines, asked with the workload's own tokens. */
class DecideIT {
  private static final String LOOK_UP =
      "{\"subject\":{\"type\":\"workload\",\"id\":\"%s\"},\"action\":{\"name\":\"%s\"},"
          + "\"resource\":{\"type\":\"tool\",\"id\":\"%s\",\"properties\":{\"dataClasses\":[%s]}},"
          + "\"context\":{\"case\":\"4711\",\"status\":\"open\"}}";

  private final Life life = new Life();

  @Test
  void aLiveReleaseIsAllowedWhatWasApprovedUntilItsRollback() throws Exception {
    ReleaseId id = life.live("decide-1");
    try (Deciding node = node()) {
      String mine = audience() + "/decide/" + id.version();
      Gatehouse.await(
          () -> ask(node, mine, "read", "refund.lookup", "\"pii\""),
          answer -> answer.path("decision").asBoolean());
      JsonNode allowed = ask(node, mine, "read", "refund.lookup", "\"pii\"");
      assertThat(allowed.path("context").path("reason").asText()).isEqualTo("ALLOWED");
      assertThat(allowed.path("context").path("release").asText()).isEqualTo(id.toString());
      assertThat(reason(ask(node, audience() + "/decide", "read", "refund.lookup", "")))
          .isEqualTo("ALLOWED");

      assertThat(reason(ask(node, mine, "read", "shell", ""))).isEqualTo("TOOL_NOT_APPROVED");
      assertThat(reason(ask(node, mine, "delete", "refund.lookup", "")))
          .isEqualTo("PERMISSION_NOT_APPROVED");
      assertThat(reason(ask(node, mine, "read", "refund.lookup", "\"health\"")))
          .isEqualTo("DATA_CLASS_NOT_APPROVED");
      assertThat(reason(ask(node, audience() + "/decide/9.9.9", "read", "refund.lookup", "")))
          .isEqualTo("NOT_LIVE");
      assertThat(status(node, audience())).as("Vault's own token").isEqualTo(401);
      assertThat(status(node, "countersign/staging/fraud-scorer/decide")).isEqualTo(401);

      life.order(id, OrderKind.ROLLBACK);
      Gatehouse.await(
          () -> ask(node, mine, "read", "refund.lookup", "\"pii\""),
          answer -> !answer.path("decision").asBoolean());
      assertThat(reason(ask(node, mine, "read", "refund.lookup", "\"pii\""))).isEqualTo("NOT_LIVE");
      life.house.await(id, GateState.ROLLED_BACK);
    }
  }

  private Deciding node() throws IOException {
    Path home = Files.createDirectories(life.house.home.resolve("node"));
    Path key = home.resolve("node.key");
    if (Files.notExists(key)) {
      KeyFiles.generate(KeyAlgorithm.ED25519, key, home.resolve("node.pub"));
    }
    Settings settings =
        life.house.read(
            life.house.settings(
                "deciding",
                Map.of(
                    "countersign.postgres.url",
                    life.house.engines.postgres().url() + "?options=-c%20role=countersign_decider",
                    "countersign.decisions.address",
                    "127.0.0.1:0",
                    "countersign.decisions.node",
                    "node",
                    "countersign.decisions.key-file",
                    key.toString(),
                    "countersign.decisions.directory",
                    home.resolve("decisions").toString())));
    return Deciding.start(settings, settings.requiredDecisions());
  }

  private String audience() {
    return life.house.example.audience();
  }

  private JsonNode ask(
      Deciding node, String audience, String permission, String tool, String dataClasses) {
    try {
      return new ObjectMapper()
          .readTree(send(node, audience, permission, tool, dataClasses).body());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private int status(Deciding node, String audience) {
    return send(node, audience, "read", "refund.lookup", "").statusCode();
  }

  private static String reason(JsonNode answer) {
    return answer.path("context").path("reason").asText();
  }

  private HttpResponse<String> send(
      Deciding node, String audience, String permission, String tool, String dataClasses) {
    DemoWorkload workload = life.house.workload;
    try {
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(URI.create(node.url() + "/access/v1/evaluation"))
                  .header("Content-Type", "application/json")
                  .header("Authorization", "Bearer " + workload.token(audience).reveal())
                  .POST(
                      HttpRequest.BodyPublishers.ofString(
                          LOOK_UP.formatted(
                              life.house.example.subject(), permission, tool, dataClasses)))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
