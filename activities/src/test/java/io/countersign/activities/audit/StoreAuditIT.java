package io.countersign.activities.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.adapter.postgres.PostgresDatabase;
import io.countersign.activities.adapter.postgres.PostgresReleaseRecord;
import io.countersign.activities.adapter.postgres.PostgresSettings;
import io.countersign.activities.audit.StoreAudit.Report;
import io.countersign.activities.engine.TestPostgres;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A store that a superuser changed with every trigger and constraint out of the way: whatever was
 * changed, the audit says so (I11).
 */
class StoreAuditIT {
  private static final String FIRST = AuditScene.RELEASE.toString();
  private static final String SECOND = AuditScene.RELEASE.withVersion("2026.11.2").toString();
  private static PostgresSettings original;
  private static AuditTools tools;

  @BeforeAll
  static void fill() {
    original = TestPostgres.migratedDatabase();
    try (PostgresDatabase database = new PostgresDatabase(original)) {
      AuditScene first = new AuditScene(new PostgresReleaseRecord(database));
      first.reviewed().seal();
      AuditScene second = first.beside("2026.11.2");
      second.live().stamp();
      first.signOff("mara@example.com", io.countersign.policy.GateFunction.MLOPS).stamp();
      second.revocation(AuditScene.GRANT, "RETIRED");
      second.revoked(AuditScene.GRANT, io.countersign.grant.Slot.A).complete("RETIRED").stamp();
      tools = first.tools();
    }
  }

  @Test
  void anHonestStoreVerifiesAndCountsWhatIsStillToDo() {
    Report report = audit(copy());
    assertThat(report.findings()).isEmpty();
    assertThat(report.releases()).isEqualTo(2);
    assertThat(report.seals()).isEqualTo(4);
    assertThat(report.pending()).isZero();
    PostgresSettings more = copy();
    TestPostgres.execute(
        more,
        "INSERT INTO entry (release, at, kind, actor, key, body) VALUES ('"
            + FIRST
            + "', '2026-11-23T12:00:00Z', 'REMINDER', 'gate', 'late', '{}')");
    assertThat(audit(more).pending()).isEqualTo(1);
    assertThat(audit(more).findings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UPDATE entry SET actor = 'mallory' WHERE release = FIRST AND seq = 3 | BROKEN_CHAIN",
        "UPDATE entry SET at = at + interval '1 microsecond' WHERE release = FIRST AND seq = 1 | BROKEN_CHAIN",
        "UPDATE entry SET key = 'other' WHERE release = SECOND AND seq = 5 | BROKEN_CHAIN",
        "UPDATE entry SET kind = 'STATE' WHERE release = SECOND AND kind = 'GRANT' | BROKEN_CHAIN",
        "UPDATE entry SET kind = 'NOTHING' WHERE release = SECOND AND seq = 4 | UNREADABLE",
        "UPDATE entry SET canonical = '{}', body = '{}' WHERE release = FIRST AND kind = 'REVIEW' | BROKEN_CHAIN",
        "UPDATE entry SET hash = repeat('a', 64) WHERE release = FIRST AND seq = 2 | BROKEN_CHAIN",
        "UPDATE entry SET previous = repeat('a', 64) WHERE release = FIRST AND seq = 2 | BROKEN_CHAIN",
        "DELETE FROM entry WHERE release = FIRST AND seq = 4 | BROKEN_CHAIN",
        "DELETE FROM entry WHERE release = FIRST AND kind = 'SIGN_OFF' | MISSING_LINE",
        "DELETE FROM entry WHERE release = SECOND | MISSING_LINE",
        "UPDATE entry SET seq = 997 WHERE release = FIRST AND seq = 3 | BROKEN_CHAIN",
        "UPDATE seal SET head = repeat('a', 64) WHERE number = 2 | BROKEN_CHAIN",
        "UPDATE seal SET release = FIRST WHERE number = 2 | BROKEN_CHAIN",
        "DELETE FROM seal WHERE number = 1 | BROKEN_CHAIN",
        "DELETE FROM seal WHERE number = 2 | BROKEN_CHAIN",
        "DELETE FROM listed_release WHERE release = SECOND | MISSING_LINE",
        "DELETE FROM evidence_line WHERE key = 'record/2' | FOREIGN_LINE",
        "DELETE FROM evidence_line WHERE release = SECOND AND stage = 3 AND seq = 1 AND part = 0 | MISSING_LINE",
        "DELETE FROM evidence_line WHERE release = SECOND AND stage = 1 AND seq = 2 AND part = 0 | MISSING_LINE",
        "UPDATE evidence_line SET envelope = replace(envelope, 'ey', 'ez') WHERE key = 'record/1' | UNREADABLE",
        "UPDATE evidence_line SET envelope = (SELECT envelope FROM evidence_line WHERE key = 'record/2') WHERE key = 'record/1' | FOREIGN_LINE",
        "UPDATE evidence_line SET seq = seq + 100 WHERE release = FIRST AND stage = 3 AND seq = 3 | MISSING_LINE",
        "UPDATE evidence_line SET release = FIRST WHERE release = SECOND AND stage = 4 | FOREIGN_LINE",
        "DELETE FROM document WHERE content = (SELECT content FROM document ORDER BY digest LIMIT 1) | MISSING_LINE",
        "UPDATE document SET content = 'x' WHERE digest = (SELECT min(digest) FROM document) | MISSING_LINE",
      })
  void whatASuperuserChanged(String sql, Flaw flaw) {
    PostgresSettings changed = copy();
    change(changed, sql);
    assertThat(audit(changed).findings())
        .as(sql)
        .extracting(one -> one.finding().flaw())
        .contains(flaw);
  }

  /** Every hash of entries and seals computed again by the store's own functions. */
  @Test
  void aHistoryThatWasWrittenAnewIsNotTheOneThatWasSigned() {
    PostgresSettings changed = copy();
    change(changed, "UPDATE entry SET actor = 'mallory' WHERE release = FIRST AND seq = 3");
    change(
        changed,
        """
        DO $$
        DECLARE e record; last text := repeat('0', 64);
        BEGIN
          FOR e IN SELECT * FROM entry WHERE release = FIRST ORDER BY seq LOOP
            UPDATE entry SET previous = last,
              hash = entry_hash(e.release, e.seq, e.at, e.kind, e.actor, e.key, e.canonical, last)
              WHERE release = e.release AND seq = e.seq RETURNING hash INTO last;
          END LOOP;
        END $$
        """);
    assertThat(audit(changed).findings())
        .extracting(one -> one.finding().flaw())
        .containsOnly(Flaw.BROKEN_CHAIN)
        .hasSizeGreaterThan(1);
  }

  private static void change(PostgresSettings settings, String sql) {
    UnaryOperator<String> names =
        text -> text.replace("FIRST", "'" + FIRST + "'").replace("SECOND", "'" + SECOND + "'");
    for (String table : List.of("entry", "seal", "evidence_line", "document", "listed_release")) {
      TestPostgres.execute(settings, "ALTER TABLE " + table + " DISABLE TRIGGER ALL");
    }
    TestPostgres.execute(
        settings,
        "ALTER TABLE document DROP CONSTRAINT IF EXISTS document_has_its_digest;"
            + " ALTER TABLE evidence_line DROP CONSTRAINT IF EXISTS evidence_line_once;"
            + " ALTER TABLE evidence_line DROP CONSTRAINT IF EXISTS evidence_line_place");
    TestPostgres.execute(settings, names.apply(sql));
  }

  private static PostgresSettings copy() {
    return StoreCopy.of(original);
  }

  private static Report audit(PostgresSettings settings) {
    try (PostgresDatabase database = new PostgresDatabase(settings)) {
      return StoreAudit.audit(new PostgresReleaseRecord(database), tools);
    }
  }
}
