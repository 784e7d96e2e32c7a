package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.adapter.signing.KeyFiles;
import io.countersign.activities.adapter.signing.Keys;
import io.countersign.activities.port.ReleaseQuery;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.ListedRelease;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.worker.gateway.TemporalGateway;
import io.countersign.worker.remote.RemoteRecord;
import io.countersign.worker.remote.Requester;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.workflowservice.v1.DeleteWorkflowExecutionRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A release whose workflow Temporal has forgotten, read by an auditor over a worker's HTTP. */
class RecordOutlivesTemporalIT {
  private final Life life = new Life();

  @Test
  void whatTemporalHasForgottenIsStillListed() {
    ReleaseId id = life.live("forgotten-1");
    life.retire(id);
    forget(id);
    List<ListedRelease> found = record("aude@example.com").list(of(id, "mara@example.com"));
    assertThat(found)
        .filteredOn(listed -> listed.release().equals(id))
        .singleElement()
        .satisfies(
            listed -> {
              assertThat(listed.state()).isEqualTo("RETIRED");
              assertThat(listed.submitter()).isEqualTo("pia@example.com");
              assertThat(listed.tier()).isEqualTo("strong");
              assertThat(listed.completedAt()).isNotNull();
            });
    assertThat(record("aude@example.com").list(of(id, "dana@example.com"))).isEmpty();
  }

  @Test
  void whatTemporalHasForgottenIsStillExportedWithTheSameBytes() throws IOException {
    ReleaseId id = life.live("forgotten-2");
    life.retire(id);
    forget(id);
    // Stamps follow the seals; a bundle is at rest when the last seal has its own.
    List<String> lines = Gatehouse.await(() -> export(id), RecordOutlivesTemporalIT::anchored);
    assertThat(export(id)).isEqualTo(lines);
    assertThat(lines.stream().map(RecordOutlivesTemporalIT::type).distinct())
        .contains(
            "https://countersign.io/document/v1",
            "https://countersign.io/record/v1",
            "https://countersign.io/submission/v1",
            "https://countersign.io/check-result/v1",
            "https://countersign.io/sign-off/v1",
            "https://countersign.io/grant/v1",
            "https://countersign.io/order/v1",
            "https://countersign.io/revocation/v1");
    assertThat(String.join("\n", lines)).doesNotContain("oidcToken");
    List<JsonNode> records =
        lines.stream()
            .map(RecordOutlivesTemporalIT::statement)
            .filter(line -> line.path("predicateType").asText().endsWith("/record/v1"))
            .toList();
    JsonNode entries = records.get(records.size() - 1).path("predicate").path("entries");
    assertThat(entries.get(entries.size() - 1).path("kind").asText()).isEqualTo("COMPLETE");
  }

  @Test
  void aWorkerOffersTheKeysThatItsEvidenceIsSignedWith() {
    JsonNode offered = record("aude@example.com").trust();
    assertThat(offered.path("policyOwners").findValuesAsText("id"))
        .containsExactly("ines@example.com", "paul@example.com");
    assertThat(offered.path("gateKeys").findValuesAsText("id"))
        .containsExactly("transit:countersign-gate:v1");
    assertThat(offered.path("timeStampAuthorities"))
        .hasSize(life.house.engines.timeStamps().isPresent() ? 1 : 0);
  }

  private List<String> export(ReleaseId id) {
    ByteArrayOutputStream bundle = new ByteArrayOutputStream();
    try {
      record("aude@example.com").copy("/v1/releases/" + id + "/evidence", bundle);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(bundle.toString(StandardCharsets.UTF_8)).endsWith("\n");
    return bundle.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static boolean anchored(List<String> lines) {
    JsonNode last = statement(lines.get(lines.size() - 1));
    return last.path("subject").path(0).path("name").asText().startsWith("seal/");
  }

  private static String type(String line) {
    return statement(line).path("predicateType").asText();
  }

  private static JsonNode statement(String line) {
    JsonNode envelope = Gatehouse.json(line);
    return Gatehouse.json(
        new String(
            Base64.getDecoder().decode(envelope.path("payload").asText()), StandardCharsets.UTF_8));
  }

  @Test
  void aKeyThatNobodyListsReadsNothing() {
    RemoteRecord owners = record("ines@example.com");
    assertThatThrownBy(() -> owners.list(ReleaseQuery.all(1)))
        .isInstanceOfSatisfying(
            GateException.class,
            refusal -> assertThat(refusal.type()).isEqualTo(FailureType.UNKNOWN_KEY));
  }

  private static ReleaseQuery of(ReleaseId id, String person) {
    return new ReleaseQuery(
        id.environment(), id.system(), GateState.RETIRED, null, person, null, null, 100);
  }

  private RemoteRecord record(String person) {
    return new RemoteRecord(
        life.house.settings.apiUrl().orElseThrow(),
        new Requester(
            person,
            KeyFiles.readPrivate(life.house.example.keyOf(person), Keys.Passphrase::unavailable),
            Clock.systemUTC()));
  }

  /** As retention does, only sooner. */
  private void forget(ReleaseId id) {
    life.house
        .client
        .getWorkflowServiceStubs()
        .blockingStub()
        .deleteWorkflowExecution(
            DeleteWorkflowExecutionRequest.newBuilder()
                .setNamespace("default")
                .setWorkflowExecution(WorkflowExecution.newBuilder().setWorkflowId(id.workflowId()))
                .build());
    try (TemporalGateway temporal = TemporalGateway.of(life.house.settings.temporal())) {
      Gatehouse.await(() -> unknown(temporal, id), gone -> gone);
    }
  }

  private static boolean unknown(TemporalGateway temporal, ReleaseId id) {
    try {
      temporal.describe(id);
      return false;
    } catch (GateException absent) {
      return absent.type() == FailureType.UNKNOWN_RELEASE;
    }
  }
}
