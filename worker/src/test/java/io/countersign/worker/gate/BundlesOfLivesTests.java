package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.audit.Audit;
import io.countersign.activities.audit.Flaw;
import io.countersign.policy.GateFunction;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Releases that lived, to each of their ends: what their bundles prove, and what somebody with the
 * database and the gate's key cannot make of them (I11).
 */
class BundlesOfLivesTests {
  private static final String FIRST = "2026.11.1";
  private static final String SECOND = "2026.11.2";

  @TempDir private Path directory;
  private UnitHouse house;

  @BeforeEach
  void open() throws IOException {
    house = UnitHouse.endorsed(directory);
  }

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void retired() {
    ReleaseId id = house.live(FIRST);
    assertThat(goesOn(id).proved())
        .anyMatch(line -> line.contains("it has not ended yet, and was given until "));
    house.order(id, OrderKind.RETIRE);
    assertThat(ended(id, GateState.RETIRED).proved())
        .anyMatch(line -> line.startsWith("Access was given once, after such a decision"))
        .anyMatch(line -> line.contains("closed: RETIRED, ordered by otto@example.com (entry "));
  }

  @Test
  void aLifeThatIsToldOtherwise() {
    ReleaseId id = house.live(FIRST);
    house.order(id, OrderKind.RETIRE);
    house.ended(id, GateState.RETIRED);
    catches(
        rewritten(id).without(EntryKind.REVOCATION_PROVED),
        Flaw.NOT_REVOKED,
        "not proved to have ended");
    catches(
        rewritten(id).without(EntryKind.IDENTITY_PROVED),
        Flaw.OUT_OF_ORDER,
        "before any workload had proved its identity");
    catches(rewritten(id).without(EntryKind.DECISION), Flaw.OUT_OF_ORDER, "without a decision");
    catches(
        rewritten(id)
            .without(entry -> entry.actor().equals("sven@example.com"))
            .saying(EntryKind.DECISION, body -> body.withArray("signOffs").remove(1)),
        Flaw.NOT_APPROVED,
        "1 still missing");
    catches(
        rewritten(id).saying(EntryKind.DECISION, body -> body.withArray("checks").remove(0)),
        Flaw.NOT_APPROVED,
        "does not name every check");
    catches(
        rewritten(id).saying(EntryKind.RESOLVED, body -> body.put("tier", "standard")),
        Flaw.FOREIGN_LINE,
        "tier");
    catches(
        rewritten(id).saying(EntryKind.COMPLETE, body -> body.put("state", "ROLLED_BACK")),
        Flaw.OUT_OF_ORDER,
        "ends as ROLLED_BACK, and nobody ordered that");
  }

  @Test
  void accessThatIsToldOtherwise() {
    ReleaseId id = house.live(FIRST);
    house.order(id, OrderKind.RETIRE);
    house.ended(id, GateState.RETIRED);
    catches(
        rewritten(id)
            .saying(
                EntryKind.GRANT,
                body ->
                    ((ObjectNode) body.at("/proof/role/fields"))
                        .put("token_policies", "fraud-read,fraud-refund")),
        Flaw.NOT_APPROVED,
        "what Vault read back");
    catches(
        rewritten(id).saying(EntryKind.GRANT, body -> until(body, Duration.ofDays(1))),
        Flaw.NOT_APPROVED,
        "longer than the release may");
    catches(
        rewritten(id).saying(EntryKind.REVOCATION_PROVED, body -> first(body, Duration.ZERO)),
        Flaw.NOT_REVOKED,
        "something else, or no proof");
    catches(
        rewritten(id).saying(EntryKind.REVOCATION_PROVED, body -> first(body, Duration.ofDays(-1))),
        Flaw.NOT_REVOKED,
        "something else, or no proof");
  }

  @Test
  void livedUntilItsValidityEnded() {
    house.rules("gate.yaml", "drift: 5m", "drift: 29d");
    ReleaseId id = house.live(FIRST);
    house.pass(Duration.ofDays(31));
    assertThat(ended(id, GateState.EXPIRED).proved())
        .contains("The record is closed: EXPIRED.")
        .anyMatch(line -> line.contains("was given until "));
  }

  @Test
  void rolledBackToThePredecessorThatWaited() {
    cutOverQuickly();
    ReleaseId first = house.live(FIRST);
    ReleaseId second = house.awaiting(SECOND);
    house.approveAll(second);
    house.approve(second, "sina@example.com", GateFunction.SECURITY);
    house.await(second, GateState.LIVE);
    house.await(first, GateState.STANDBY);
    assertThat(goesOn(first).proved()).anyMatch(line -> line.contains("the gate proved its end"));
    house.order(second, OrderKind.ROLLBACK);
    assertThat(ended(second, GateState.ROLLED_BACK).proved())
        .anyMatch(line -> line.contains("sven@example.com (security)"))
        .anyMatch(line -> line.contains("sina@example.com (security)"));
    house.await(first, GateState.LIVE);
    assertThat(goesOn(first).proved()).anyMatch(line -> line.startsWith("Access was given 2"));
    house.order(first, OrderKind.RETIRE);
    ended(first, GateState.RETIRED);

    catches(
        rewritten(first).without(entry -> entry.body().text().contains("\"names\":\"" + second)),
        Flaw.OUT_OF_ORDER,
        "while the release was STANDBY");
    catches(
        rewritten(second)
            .without(entry -> entry.actor().equals("sina@example.com"))
            .saying(EntryKind.DECISION, body -> body.withArray("signOffs").remove(3)),
        Flaw.NOT_APPROVED,
        "1 still missing");
    catches(
        rewritten(second).without(EntryKind.ORDER),
        Flaw.OUT_OF_ORDER,
        "ends as ROLLED_BACK, and nobody ordered that");
  }

  @Test
  void supersededAndRetired() {
    cutOverQuickly();
    house.rules("gate.yaml", "standby: 7d", "standby: 1s");
    ReleaseId first = house.live(FIRST);
    ReleaseId second = house.live(house.version("2026.11.4"));
    assertThat(ended(first, GateState.RETIRED).notProved())
        .anyMatch(line -> line.startsWith("Why the record ended as RETIRED: no order says so"));
    house.order(second, OrderKind.RETIRE);
    ended(second, GateState.RETIRED);
    catches(
        rewritten(first).without(EntryKind.REVOCATION_PROVED),
        Flaw.NOT_REVOKED,
        "not proved to have ended");
  }

  @Test
  void suspendedAndRestored() {
    ReleaseId id = house.live(FIRST);
    takenBack(id);
    house.await(id, GateState.SUSPENDED);
    assertThat(goesOn(id).proved())
        .anyMatch(line -> line.startsWith("Since then mara@example.com said no for mlops"))
        .anyMatch(line -> line.contains("was forbidden by entry"));
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    house.order(id, OrderKind.RESTORE);
    house.await(id, GateState.LIVE);
    goesOn(id);
    house.order(id, OrderKind.ROLLBACK);
    assertThat(ended(id, GateState.ROLLED_BACK).proved())
        .anyMatch(line -> line.startsWith("Access was given 2 times"))
        .noneMatch(line -> line.startsWith("Since then"));

    catches(
        rewritten(id).without(entry -> entry.body().text().contains("\"order\":\"restore\"")),
        Flaw.OUT_OF_ORDER,
        "while the release was SUSPENDED");
    catches(
        rewritten(id)
            .saying(
                EntryKind.GRANT,
                body -> {
                  if (body.path("slot").asText().equals(lastSlot(id))) {
                    until(body, Duration.ofSeconds(5));
                  }
                }),
        Flaw.NOT_APPROVED,
        "longer than the release may");
  }

  @Test
  void takenBackBeforeTheGrant() {
    ReleaseId id = house.live(FIRST);
    takenBack(id);
    house.await(id, GateState.SUSPENDED);
    house.pass(Duration.ofHours(73));
    assertThat(ended(id, GateState.EXPIRED).proved())
        .anyMatch(line -> line.startsWith("Since then mara@example.com said no"));
    catches(
        rewritten(id)
            .before(EntryKind.GRANT, entry -> entry.body().text().contains("take-back"))
            .later(EntryKind.GRANT, Duration.ofMinutes(6)),
        Flaw.NOT_APPROVED,
        "when access was given the decision was not met");
    catches(
        rewritten(id)
            .before(EntryKind.DECISION, entry -> entry.body().text().contains("take-back")),
        Flaw.NOT_APPROVED,
        "1 still missing");
  }

  /** The gate may be writing a role while a "no" arrives; then the report says what followed. */
  @Test
  void aNoThatOvertookTheGrantIsSaid() {
    ReleaseId id = house.live(FIRST);
    takenBack(id);
    house.await(id, GateState.SUSPENDED);
    house.pass(Duration.ofHours(73));
    house.ended(id, GateState.EXPIRED);
    byte[] overtaken =
        rewritten(id)
            .before(EntryKind.GRANT, entry -> entry.body().text().contains("take-back"))
            .bundle();
    assertThat(Auditor.of(house).holds(overtaken).proved())
        .anyMatch(
            line ->
                line.contains("was forbidden by entry")
                    && line.contains("SIGN_OFF by mara@example.com")
                    && line.contains("its end was proved"));
  }

  private void takenBack(ReleaseId id) {
    house.say(id, "mara@example.com", GateFunction.MLOPS, SignOffDecision.TAKE_BACK);
  }

  private String lastSlot(ReleaseId id) {
    var grants = house.record.grants().grants(id);
    return grants.get(grants.size() - 1).slot().toString();
  }

  private static void until(ObjectNode body, Duration longer) {
    body.put("expiresAt", Instant.parse(body.path("expiresAt").asText()).plus(longer).toString());
  }

  private static void first(ObjectNode body, Duration before) {
    ObjectNode proof = (ObjectNode) body.path("proof");
    Instant second = Instant.parse(proof.path("at").asText());
    proof.put("firstEmptyAt", second.plus(before).toString());
  }

  private void cutOverQuickly() {
    house.rules("gate.yaml", "cutoverGrace: 10m", "cutoverGrace: 1s");
  }

  private Rewritten rewritten(ReleaseId id) {
    return Rewritten.of(house, id);
  }

  private void catches(Rewritten forged, Flaw flaw, String words) {
    Auditor.of(house).catches(forged, flaw, words);
  }

  private Audit goesOn(ReleaseId id) {
    return Auditor.of(house).holdsOpen(Auditor.bundle(house, id));
  }

  private Audit ended(ReleaseId id, GateState state) {
    house.ended(id, state);
    Audit audit = Auditor.of(house).holds(Auditor.bundle(house, id));
    assertThat(audit.end()).isEqualTo(state.name());
    return audit;
  }
}
