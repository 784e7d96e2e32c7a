package io.countersign.activities.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.engine.TestPostgres;
import io.countersign.activities.port.EvidenceStore;
import io.countersign.activities.port.RecordFixture;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.record.Entry;
import io.countersign.record.EntryHash;
import io.countersign.record.EntryKind;
import io.countersign.record.EvidenceLine;
import io.countersign.record.EvidenceLine.Place;
import io.countersign.record.EvidenceLine.Stage;
import io.countersign.record.GrantTicket;
import io.countersign.record.ReleaseSeal;
import io.countersign.record.StatementNonce;
import io.countersign.release.ReleaseId;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the database itself refuses, whoever asks and by whatever program (I11, I12). */
class PostgresConstraintsIT implements RecordFixture {
  private static final String APPEND_ONLY = "CS001";
  private static final String FORWARD = "CS003";
  private static final String NO_LINK = "CS004";
  private static final String NOT_NULL = "23502";
  private static final String UNIQUE = "23505";
  private static final String CHECK = "23514";
  private static final String DENIED = "42501";

  private static PostgresSettings owner;
  private static PostgresDatabase database;

  @BeforeAll
  static void open() {
    owner = TestPostgres.migratedDatabase();
    database = new PostgresDatabase(owner);
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @Override
  public ReleaseRecord record() {
    return new PostgresReleaseRecord(database);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE entry SET body = '{}'",
        "UPDATE entry SET at = now()",
        "DELETE FROM entry",
        "TRUNCATE entry",
        "TRUNCATE entry CASCADE",
        "UPDATE frozen_release SET release_digest = 'x'",
        "DELETE FROM frozen_release",
        "TRUNCATE frozen_release CASCADE",
        "UPDATE document SET content = ''",
        "DELETE FROM document",
        "DELETE FROM used_nonce",
        "UPDATE used_token_id SET release_digest = 'x'",
        "DELETE FROM access_grant",
        "TRUNCATE access_grant",
        "DELETE FROM supersession",
        "DELETE FROM entry_counter",
        "UPDATE entry SET hash = previous",
        "UPDATE seal SET at = now()",
        "DELETE FROM seal",
        "TRUNCATE seal CASCADE",
        "UPDATE evidence_line SET envelope = '{}'",
        "DELETE FROM evidence_line",
        "TRUNCATE evidence_line"
      })
  void refusesToForgetAnythingEvenToItsOwner(String statement) {
    fill();
    refuses(owner, APPEND_ONLY, statement);
    refuses(TestPostgres.as(owner, "countersign_worker"), DENIED, statement);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UPDATE entry SET body = '{}'", "DELETE FROM entry", "TRUNCATE entry"})
  void refusesToForgetAlsoToASessionThatCallsItselfAReplica(String statement) {
    fill();
    refuses(owner, APPEND_ONLY, "SET session_replication_role = replica", statement);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE access_grant SET expires_at = expires_at + interval '1 day'",
        "UPDATE access_grant SET slot = 'b'",
        "UPDATE entry_counter SET last_seq = last_seq + 1",
        "UPDATE entry_counter SET sealed_seq = sealed_seq + 1",
        "SELECT FROM seal_turn FOR UPDATE",
        "ALTER TABLE seal DISABLE TRIGGER seal_follows",
        "ALTER TABLE entry DISABLE TRIGGER append_only",
        "DROP TABLE entry",
        "CREATE TABLE mine (x int)"
      })
  void letsTheWorkerDoNoMoreThanItMust(String statement) {
    fill();
    refuses(TestPostgres.as(owner, "countersign_worker"), DENIED, statement);
  }

  @Test
  void refusesAThirdOpenGrantOfASystem() {
    ReleaseId first = frozenRelease();
    open(first, "g");
    open(freeze(first.withVersion("2.0")), "g");
    ReleaseId third = freeze(first.withVersion("3.0"));
    refuses(owner, UNIQUE, insertGrant(third, "a"));
    refuses(owner, UNIQUE, insertGrant(third, "b"));
    refuses(owner, CHECK, insertGrant(third, "c"));
    assertThat(record().grants().openGrants(first.environment(), first.system())).hasSize(2);
  }

  @Test
  void refusesASecondOpenGrantOfARelease() {
    ReleaseId id = frozenRelease();
    open(id, "g");
    refuses(owner, UNIQUE, insertGrant(id, "b"));
    assertThat(record().grants().grants(id)).hasSize(1);
  }

  @Test
  void letsAGrantGoForwardOnly() {
    ReleaseId id = frozenRelease();
    GrantTicket ticket = liveGrant(id, "g");
    String where = " WHERE grant_id = '" + ticket.grantId() + "'";
    refuses(owner, FORWARD, "UPDATE access_grant SET state = 'WRITING'" + where);
    refuses(owner, FORWARD, "UPDATE access_grant SET state = 'REVOKING'" + where);
    refuses(
        owner, FORWARD, "UPDATE access_grant SET expires_at = expires_at + interval '1 s'" + where);
    refuses(
        owner,
        FORWARD,
        "UPDATE access_grant SET state = 'REVOKED', closed_at = now(), revocation_proof = '{}'"
            + where);
    record().grants().beginRevocation(id);
    refuses(owner, FORWARD, "UPDATE access_grant SET state = 'LIVE'" + where);
    refuses(owner, CHECK, "UPDATE access_grant SET state = 'REVOKED'" + where);
    record().grants().closeGrant(ticket.grantId(), PROOF, NOW);
    refuses(owner, FORWARD, "UPDATE access_grant SET state = 'REVOKING', fence = 999999" + where);
  }

  @Test
  void numbersEntriesItselfWhateverAnInsertSays() {
    ReleaseId id = RecordFixture.newSystem();
    for (String key : List.of("one", "two", "two", "three")) {
      TestPostgres.execute(
          owner,
          "INSERT INTO entry (release, seq, at, kind, actor, key, body) VALUES ('"
              + id
              + "', 77, now(), 'STATE', 'raw', '"
              + key
              + "', '{}')");
    }
    assertThat(record().entries().entries(id))
        .extracting(entry -> entry.seq())
        .containsExactly(1L, 2L, 3L);
  }

  @Test
  void linksEntriesItselfWhateverAnInsertSays() {
    ReleaseId id = RecordFixture.newSystem();
    TestPostgres.execute(
        owner,
        "INSERT INTO entry (release, seq, at, kind, actor, key, body, previous, hash) VALUES"
            + " (:id, 9, now(), 'STATE', 'raw', 'one', '{\"b\":1.50,\"a\":\"x\"}', 'p', 'h'),"
                .replace(":id", "'" + id + "'")
            + " (:id, 9, now(), 'STATE', 'raw', 'two', '{\"a\":2}', 'p', 'h')"
                .replace(":id", "'" + id + "'"));
    List<Entry> entries = record().entries().entries(id);
    assertThat(entries).extracting(Entry::seq).containsExactly(1L, 2L);
    assertThat(entries).allMatch(EntryHash::holds);
    assertThat(entries.get(1).previous()).isEqualTo(entries.get(0).hash());
  }

  @ParameterizedTest
  @ValueSource(strings = {"'line\nfeed', 'k'", "'raw', E'k\\nline'"})
  void refusesAnEntryWhoseFieldsAreNotLines(String actorAndKey) {
    refuses(
        owner,
        CHECK,
        "INSERT INTO entry (release, at, kind, actor, key, body) VALUES ('"
            + RecordFixture.newSystem()
            + "', now(), 'STATE', "
            + actorAndKey
            + ", '{}')");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "number) VALUES (:id, 2, now(), 1000000",
        "from_seq) VALUES (:id, 2, now(), 2",
        "head) VALUES (:id, 2, now(), repeat('0', 64)",
        "previous) VALUES (:id, 2, now(), repeat('1', 64)",
        "hash) VALUES (:id, 2, now(), repeat('0', 64)"
      })
  void refusesASealThatDoesNotFollow(String seal) {
    ReleaseId id = RecordFixture.newSystem();
    for (String key : List.of("one", "two")) {
      record().entries().append(RecordFixture.entry(id, EntryKind.STATE, key, "{}"));
    }
    String insert = "INSERT INTO seal (release, to_seq, at, " + seal.replace(":id", "'" + id + "'");
    refuses(owner, NO_LINK, insert + ")");
    refuses(TestPostgres.as(owner, "countersign_worker"), NO_LINK, insert + ")");
    assertThat(record().evidence().seals(id, 0, 10)).isEmpty();
  }

  @Test
  void refusesASealOfEntriesThatAreNotThere() {
    ReleaseId id = RecordFixture.newSystem();
    refuses(
        owner, NOT_NULL, "INSERT INTO seal (release, to_seq, at) VALUES ('" + id + "', 1, now())");
  }

  @Test
  void refusesADocumentThatIsNotItsDigest() {
    refuses(
        owner,
        CHECK,
        "INSERT INTO document (digest, content) VALUES ('"
            + RecordFixture.digest("a")
            + "', 'b'::bytea)");
  }

  /** So that no statement can pass by finding nothing to change. */
  private void fill() {
    ReleaseId old = frozenRelease();
    ReleaseId by = freeze(old.withVersion("2.0"));
    liveGrant(old, "g");
    liveGrant(by, "g");
    record().live().markSuperseded(old, by, NOW);
    record().entries().append(RecordFixture.entry(old, EntryKind.GRANT, "g", "{}"));
    record()
        .entries()
        .accept(
            RecordFixture.entry(old, EntryKind.ORDER, "o", "{}"),
            new StatementNonce("bob@example.com", old.toString()));
    byte[] document = old.toString().getBytes(StandardCharsets.UTF_8);
    record().documents().putDocument(RecordFixture.digest(old.toString()), document);
    ReleaseSeal seal = record().evidence().seal(old, NOW).orElseThrow();
    Place place = new Place(seal.seal().number(), Stage.RECORD, 0, 0);
    String key = EvidenceStore.recordKey(seal.seal());
    record().evidence().write(seal, List.of(new EvidenceLine(old, place, key, "{}")), List.of());
    record().identities().useTokenId("ci", old.toString(), RecordFixture.digest("d"), NOW);
  }

  private static String insertGrant(ReleaseId id, String slot) {
    return "INSERT INTO access_grant (grant_id, release, slot, state, request_key, opened_at,"
        + " expires_at, namespace_id, run_id) VALUES (gen_random_uuid(), '"
        + id
        + "', '"
        + slot
        + "', 'WRITING', 'raw', now(), now() + interval '1 day', 'n', 'r')";
  }

  private static void refuses(PostgresSettings as, String state, String... statements) {
    assertThatThrownBy(
            () -> {
              try (Connection connection = TestPostgres.connect(as);
                  Statement statement = connection.createStatement()) {
                for (String sql : statements) {
                  statement.execute(sql);
                }
              }
            })
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(state));
  }
}
