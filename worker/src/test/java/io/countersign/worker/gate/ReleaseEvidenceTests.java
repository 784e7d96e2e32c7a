package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.release.Ledger;
import io.countersign.policy.GateFunction;
import io.countersign.record.Entry;
import io.countersign.record.EntryHash;
import io.countersign.record.EntryKind;
import io.countersign.release.Digest;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the record and the bundle of a release hold, whatever became of it (I5, I11). */
class ReleaseEvidenceTests {
  private static final String FIRST = "2026.11.1";

  @TempDir Path directory;
  private UnitHouse house;

  @BeforeEach
  void open() throws IOException {
    house = new UnitHouse(directory);
  }

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void aReleaseLeavesOneRecordFromItsSubmissionToTheEndOfItsAccess() throws IOException {
    ReleaseId id = house.awaiting(FIRST);
    Path approvers = house.example.directory().resolve("approvers.yaml");
    Files.writeString(approvers, Files.readString(approvers) + "# newer\n");
    house.approveAll(id);
    house.await(id, GateState.LIVE);
    house.order(id, "otto@example.com", OrderKind.RETIRE);
    house.await(id, GateState.RETIRED);
    Gatehouse.await(() -> entries(id), all -> all.get(all.size() - 1).kind() == EntryKind.COMPLETE);

    List<Entry> entries = entries(id);
    assertThat(entries).allMatch(EntryHash::holds);
    assertThat(entries)
        .extracting(Entry::kind)
        .containsSubsequence(
            EntryKind.SUBMITTED,
            EntryKind.RESOLVED,
            EntryKind.REVIEW,
            EntryKind.RIGHTS,
            EntryKind.SIGN_OFF,
            EntryKind.SIGN_OFF,
            EntryKind.SIGN_OFF,
            EntryKind.DECISION,
            EntryKind.GRANT,
            EntryKind.ORDER,
            EntryKind.REVOCATION,
            EntryKind.REVOCATION_PROVED,
            EntryKind.COMPLETE);
    assertThat(entries).filteredOn(e -> e.kind() == EntryKind.RIGHTS).hasSize(1);
    JsonNode decision = body(entries, EntryKind.DECISION);
    assertThat(decision.path("outcome").asText()).isEqualTo("APPROVED");
    assertThat(decision.path("signOffs")).hasSize(3);
    assertThat(decision.path("checks")).isNotEmpty();
    assertThat(decision.path("approversDigest").asText())
        .isEqualTo(Digest.of(Files.readAllBytes(approvers)).toString());
    assertThat(lines(id))
        .contains(
            "gate.yaml",
            "approvers.yaml",
            "record",
            "submission",
            "release",
            "check-result",
            "sign-off",
            "verification_summary",
            "grant",
            "order",
            "revocation");
  }

  @Test
  void aNoIsADecisionToo() throws IOException {
    ReleaseId id = house.awaiting(FIRST);
    house.reject(id, "rita@example.com", GateFunction.RISK);
    house.await(id, GateState.REJECTED);
    JsonNode decision = body(entries(id), EntryKind.DECISION);
    assertThat(decision.path("outcome").asText()).isEqualTo("REJECTED");
    assertThat(decision.path("why").asText()).startsWith("REJECTED: rita@example.com");
    assertThat(decision.path("signOffs")).hasSize(1);
    assertThat(lines(id)).contains("verification_summary").doesNotContain("grant");
  }

  private List<Entry> entries(ReleaseId id) {
    return house.record.entries().entries(id);
  }

  private static JsonNode body(List<Entry> entries, EntryKind kind) {
    List<Entry> found = entries.stream().filter(entry -> entry.kind() == kind).toList();
    assertThat(found).hasSize(1);
    return Dossiers.json(found.get(0).body());
  }

  /** The words of the predicate types, or the roles of documents. */
  private List<String> lines(ReleaseId id) throws IOException {
    ByteArrayOutputStream bundle = new ByteArrayOutputStream();
    house.assembly.bundles().write(id, bundle);
    return bundle
        .toString(StandardCharsets.UTF_8)
        .lines()
        .map(
            line ->
                Ledger.tree(
                    new String(
                        Base64.getDecoder().decode(Ledger.tree(line).path("payload").asText()),
                        StandardCharsets.UTF_8)))
        .map(ReleaseEvidenceTests::word)
        .toList();
  }

  private static String word(JsonNode statement) {
    String[] type = statement.path("predicateType").asText().split("/", -1);
    String word = type[type.length - 2];
    return word.equals("document") ? statement.at("/predicate/role").asText() : word;
  }
}
