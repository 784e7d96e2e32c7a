package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.adapter.postgres.PostgresDatabase;
import io.countersign.activities.adapter.postgres.PostgresReleaseRecord;
import io.countersign.activities.adapter.timestamp.TimeStampTokens;
import io.countersign.activities.engine.TimeStampServer;
import io.countersign.activities.port.EvidenceStore;
import io.countersign.policy.GateFunction;
import io.countersign.record.EntryKind;
import io.countersign.record.EvidenceLine.Listed;
import io.countersign.release.Digest;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.worker.engine.ExampleSystem;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a serving worker seals, signs with Vault and has stamped, without being asked (I11). */
class BackgroundEvidenceIT {
  private final Gatehouse house = Gatehouse.open();

  @Test
  void aReleaseIsSealedSignedAndStampedWhileItLives() {
    ReleaseId id = house.start("2026.11.1", "evidence-1");
    house.await(id, GateState.AWAITING_SIGN_OFF);
    Gatehouse.await(() -> house.workload.login(ExampleSystem.SYSTEM, "probe"), Optional::isPresent);
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    house.approve(id, "sven@example.com", GateFunction.SECURITY);
    house.approve(id, "rita@example.com", GateFunction.RISK);
    house.await(id, GateState.LIVE);
    house.signal(id, "order", house.order(id, "otto@example.com", OrderKind.RETIRE));
    house.await(id, GateState.RETIRED);

    try (PostgresDatabase database = new PostgresDatabase(house.settings.postgres())) {
      PostgresReleaseRecord record = new PostgresReleaseRecord(database);
      EvidenceStore store = record.evidence();
      Gatehouse.await(
          () -> record.entries().entries(id, Set.of(EntryKind.COMPLETE)),
          complete -> !complete.isEmpty());
      Gatehouse.await(
          () -> store.unwritten(id, 1).isEmpty() && !store.unsealed(1_000).contains(id),
          done -> done);
      List<JsonNode> envelopes =
          store.list(id, null, 1_000).stream()
              .map(Listed::key)
              .map(key -> Gatehouse.json(store.envelope(id, key).orElseThrow()))
              .toList();
      assertThat(envelopes)
          .extracting(BackgroundEvidenceIT::type)
          .contains("record/v1", "release/v1", "verification_summary/v1", "grant/v1")
          .contains("revocation/v1", "document/v1");
      assertThat(envelopes)
          .filteredOn(envelope -> type(envelope).equals("record/v1"))
          .allSatisfy(
              envelope ->
                  assertThat(envelope.at("/signatures/0/keyid").asText())
                      .matches("transit:countersign-gate:v[0-9]+"));
      house.engines.timeStamps().ifPresent(authority -> requireStamped(store, id, authority));
    }
  }

  /** Three sign-offs and an order; and the last seal of the release. */
  private static void requireStamped(EvidenceStore store, ReleaseId id, TimeStampServer authority) {
    List<JsonNode> stamps =
        Gatehouse.await(
            () ->
                store.list(id, null, 1_000).stream()
                    .filter(line -> line.key().startsWith("time-stamp/"))
                    .map(line -> payload(store, id, line.key()))
                    .toList(),
            found ->
                found.stream().filter(one -> subject(one).startsWith("statement/")).count() == 4
                    && found.stream().anyMatch(one -> subject(one).startsWith("seal/")));
    TimeStampTokens tokens = TimeStampTokens.of(authority.certificate());
    assertThat(stamps)
        .allSatisfy(
            stamp ->
                assertThat(
                        tokens
                            .verify(
                                Base64.getDecoder().decode(stamp.at("/predicate/token").asText()),
                                new Digest(stamp.at("/subject/0/digest/sha256").asText()))
                            .toString())
                    .isEqualTo(stamp.at("/predicate/at").asText()));
  }

  private static JsonNode payload(EvidenceStore store, ReleaseId id, String key) {
    return payload(Gatehouse.json(store.envelope(id, key).orElseThrow()));
  }

  private static JsonNode payload(JsonNode envelope) {
    return Gatehouse.json(
        new String(
            Base64.getDecoder().decode(envelope.path("payload").asText()), StandardCharsets.UTF_8));
  }

  private static String type(JsonNode envelope) {
    String type = payload(envelope).path("predicateType").asText();
    return type.substring(type.indexOf('/', "https://".length()) + 1);
  }

  private static String subject(JsonNode statement) {
    return statement.at("/subject/0/name").asText();
  }
}
