package io.countersign.activities.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.adapter.postgres.PostgresDatabase;
import io.countersign.activities.adapter.postgres.PostgresReleaseRecord;
import io.countersign.activities.adapter.postgres.PostgresSettings;
import io.countersign.activities.adapter.signing.ApproverKeys;
import io.countersign.activities.adapter.signing.BundleLines;
import io.countersign.activities.adapter.signing.NodeEnvelopes;
import io.countersign.activities.audit.StoreAudit.Report;
import io.countersign.activities.batch.BatchLimits;
import io.countersign.activities.batch.BatchStatement;
import io.countersign.activities.batch.Decisions;
import io.countersign.activities.batch.Folding;
import io.countersign.activities.batch.HashTree;
import io.countersign.activities.batch.NodeLedger;
import io.countersign.activities.engine.TestPostgres;
import io.countersign.activities.port.DecisionBatches.Batch;
import io.countersign.activities.port.DecisionBatches.Place;
import io.countersign.activities.port.GateRules;
import io.countersign.activities.release.Ledger;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.policy.GatePolicy;
import io.countersign.record.EntryHash;
import io.countersign.release.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Chains of decision nodes in a store that a superuser changed with every trigger and constraint
 * out of the way, and what a node with a key of the rules may sign amiss: the audit says so (I11).
 */
class NodeChainsIT {
  private static final SigningKey NODE = Decisions.key();
  private static final String RELEASE = AuditScene.RELEASE.toString();
  @TempDir private static Path directory;
  private static PostgresSettings original;
  private static AuditScene scene;
  private static AuditTools tools;
  private static Instant now;
  private static String chain = "";

  @BeforeAll
  static void fill() {
    original = TestPostgres.migratedDatabase();
    try (PostgresDatabase database = new PostgresDatabase(original)) {
      scene = new AuditScene(new PostgresReleaseRecord(database));
      scene.submitted("omar@example.com", gate(NODE)).goesLive();
      now = scene.now();
      decide(scene);
      decide(scene);
      fold(scene, List.of(pem(NODE)), gate(NODE));
      scene.stamp();
      tools = scene.tools();
      chain = scene.record.decisions().places(null, 1).get(0).node();
    }
  }

  @Test
  void honestChainsVerifyAndAreCounted() {
    Report report = audit(StoreCopy.of(original));
    assertThat(report.findings()).isEmpty();
    assertThat(report.batches()).isEqualTo(2);
    assertThat(report.vouched()).isZero();
    assertThat(report.pending()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UPDATE decision_batch SET envelope = replace(envelope, 'ey', 'ez') WHERE number = 1 | UNREADABLE | batch 1",
        "UPDATE decision_batch SET envelope = '' WHERE number = 1 | UNREADABLE | batch 1",
        "UPDATE decision_batch SET envelope = (SELECT envelope FROM decision_batch WHERE number = 2) WHERE number = 1 | FOREIGN_LINE | is not what the node signed",
        "UPDATE decision_batch SET sections = replace(sections, '\"count\":2', '\"count\":3') WHERE number = 2 | FOREIGN_LINE | is not what the node signed",
        "UPDATE decision_batch SET sections = '' WHERE number = 2 | UNREADABLE | batch 2",
        "UPDATE decision_batch SET sections = 'x' WHERE number = 2 | UNREADABLE | batch 2",
        "UPDATE decision_batch SET sections = concat(sections, E'\\n', sections) WHERE number = 2 | FOREIGN_LINE | is not what the node signed",
        "UPDATE decision_batch SET previous = repeat('a', 64) WHERE number = 2 | FOREIGN_LINE | is not what the node signed",
        "UPDATE decision_batch SET previous = 'x' WHERE number = 2 | UNREADABLE | batch 2",
        "UPDATE decision_batch SET hash = repeat('a', 64) WHERE number = 1 | FOREIGN_LINE | is not what the node signed",
        "UPDATE decision_batch SET number = 5 WHERE number = 2 | MISSING_LINE | what is between is not there",
        "UPDATE decision_batch SET node = 'other' WHERE number = 1 | MISSING_LINE | batch 2",
        "UPDATE decision_batch SET node = 'other' | FOREIGN_LINE | is not among the stored batches",
        "DELETE FROM decision_batch WHERE number = 1 | MISSING_LINE | comes after batch 0",
        "DELETE FROM decision_batch WHERE number = 2 | FOREIGN_LINE | is not among the stored batches",
        "DELETE FROM decision_batch | FOREIGN_LINE | is not among the stored batches",
        "DELETE FROM entry WHERE kind = 'DECISIONS' AND key LIKE '%/2' | MISSING_LINE | is not told to its release",
        "UPDATE entry SET body = jsonb_set(body, '{index}', '7'), canonical = replace(canonical, '\"index\":0', '\"index\":7') WHERE kind = 'DECISIONS' AND key LIKE '%/2' | FOREIGN_LINE | is told otherwise than it is stored",
        "UPDATE decision_batch SET envelope = replace(envelope, '\"sig\":\"', '\"sig\":\"AAAA') WHERE number = 1 | BAD_SIGNATURE | batch 1",
      })
  void whatASuperuserChanged(String sql, Flaw flaw, String said) {
    PostgresSettings changed = StoreCopy.of(original);
    change(changed, sql);
    assertThat(audit(changed).findings())
        .as(sql)
        .anyMatch(
            one ->
                one.finding().flaw() == flaw
                    && one.finding().detail().contains(said)
                    && one.finding().detail().contains("batch"));
  }

  @Test
  void aBatchThatWasTakenFromTheWorkBeforeItWasToldIsMissing() {
    PostgresSettings store = StoreCopy.of(original);
    try (PostgresDatabase database = new PostgresDatabase(store)) {
      PostgresReleaseRecord record = new PostgresReleaseRecord(database);
      record.decisions().store(signed(NODE, chain, 3, head(record, 2), section(), now));
      assertThat(StoreAudit.audit(record, tools).findings()).isEmpty();
      assertThat(StoreAudit.audit(record, tools).pending()).isEqualTo(1);
      TestPostgres.execute(store, "DELETE FROM decision_work");
      assertThat(StoreAudit.audit(record, tools).findings())
          .anyMatch(
              one ->
                  RELEASE.equals(String.valueOf(one.release()))
                      && one.finding().flaw() == Flaw.MISSING_LINE);
    }
  }

  @Test
  void aForkThatTheNodeItselfSignedIsFound() {
    PostgresSettings store = StoreCopy.of(original);
    try (PostgresDatabase database = new PostgresDatabase(store)) {
      PostgresReleaseRecord record = new PostgresReleaseRecord(database);
      untied(store);
      record.decisions().store(signed(NODE, chain, 3, head(record, 1), section(), now));
      assertThat(StoreAudit.audit(record, tools).findings())
          .anyMatch(
              one ->
                  one.finding().flaw() == Flaw.BROKEN_CHAIN
                      && one.finding().detail().contains("does not follow"));
    }
  }

  @Test
  void aBatchOfAStrangerIsFoundWhateverNodeItNames() {
    PostgresSettings store = StoreCopy.of(original);
    try (PostgresDatabase database = new PostgresDatabase(store)) {
      PostgresReleaseRecord record = new PostgresReleaseRecord(database);
      SigningKey stranger = Decisions.key();
      record.decisions().store(signed(stranger, chain, 3, head(record, 2), section(), now));
      record.decisions().store(signed(stranger, "new", 1, EntryHash.NONE, section(), now));
      assertThat(StoreAudit.audit(record, tools).findings())
          .hasSize(2)
          .allMatch(one -> one.finding().flaw() == Flaw.UNKNOWN_KEY);
    }
  }

  @Test
  void aKeyThatTheRulesDoNotNameAnyMoreSpeaksOnlyOfEarlierTimes() {
    PostgresSettings store = StoreCopy.of(original);
    try (PostgresDatabase database = new PostgresDatabase(store)) {
      PostgresReleaseRecord record = new PostgresReleaseRecord(database);
      AuditScene later = scene.in(record, "2026.11.2");
      later.after(Duration.ofDays(1));
      later.submitted("omar@example.com", gate(Decisions.key())).seal();
      Instant then = later.now().plusSeconds(1);
      Batch early = signed(NODE, chain, 3, head(record, 2), section(), now);
      record.decisions().store(early);
      record.decisions().store(signed(NODE, chain, 4, early.digest(), section(), then));
      assertThat(
              StoreAudit.audit(record, tools).findings().stream()
                  .filter(one -> one.release() == null))
          .singleElement()
          .matches(one -> one.finding().flaw() == Flaw.NOT_ALLOWED)
          .matches(one -> one.finding().detail().contains("batch 4"));
    }
  }

  @Test
  void saysWhichBatchesOnlyTheGateVouchesFor() {
    PostgresSettings store = TestPostgres.migratedDatabase();
    try (PostgresDatabase database = new PostgresDatabase(store)) {
      AuditScene silent = scene.in(new PostgresReleaseRecord(database), "2026.11.1");
      silent.submitted().goesLive();
      decide(silent);
      fold(silent, List.of(pem(NODE)), gate(NODE));
      silent.stamp();
      Report report = StoreAudit.audit(silent.record, tools);
      assertThat(report.findings()).isEmpty();
      assertThat(report.vouched()).isEqualTo(1);
    }
  }

  private static Digest head(PostgresReleaseRecord record, long number) {
    return record.decisions().batch(new Place(chain, number, false)).orElseThrow().digest();
  }

  private static String section() {
    try (PostgresDatabase database = new PostgresDatabase(original)) {
      String digest =
          new PostgresReleaseRecord(database)
              .releases()
              .frozen(AuditScene.RELEASE)
              .orElseThrow()
              .releaseDigest()
              .toString();
      return "{\"allowed\":[],\"denied\":[],\"release\":\"%s\",\"releaseDigest\":\"%s\"}"
          .formatted(RELEASE, digest);
    }
  }

  private static Batch signed(
      SigningKey key, String node, long number, Digest previous, String section, Instant at) {
    BatchStatement statement =
        new BatchStatement(
            node,
            number,
            previous,
            at,
            at,
            new HashTree(List.of(section)).root(),
            1,
            0,
            0,
            null,
            new BatchStatement.Lost(0, 0, 0));
    return new Batch(
        node,
        number,
        previous,
        Digest.of(statement.document().text().getBytes(StandardCharsets.UTF_8)),
        new NodeEnvelopes(key).sign(statement.document()),
        List.of(section));
  }

  private static void decide(AuditScene told) {
    Digest digest = told.dossier().frozen().releaseDigest();
    Digest policy = Objects.requireNonNull(told.dossier().manifest().subjects().policy().digest());
    try (NodeLedger ledger =
        new NodeLedger(
            BatchLimits.usual("node-1", directory.resolve(String.valueOf(told.record.hashCode()))),
            new NodeEnvelopes(NODE),
            told.record.decisions(),
            Clock.fixed(told.now(), ZoneOffset.UTC))) {
      ledger.note(Decisions.allowed(told.now(), told.release, digest, policy));
      ledger.note(Decisions.allowed(told.now(), told.release, digest, policy));
      ledger.note(Decisions.denied(told.release, digest, "refund.execute"));
      ledger.start();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void fold(AuditScene told, List<String> keys, byte[] gate) {
    GatePolicy old = told.dossier().policy();
    GatePolicy policy =
        new GatePolicy(
            old.sources(),
            old.issuers(),
            old.systems(),
            old.ci(),
            old.acceptableUse(),
            old.suppliers(),
            old.freezes(),
            old.lifecycle(),
            old.tiers(),
            keys,
            old.guardRails());
    GateRules rules =
        new GateRules() {
          @Override
          public Rules now() {
            SignedFile file = new SignedFile(gate, new byte[0]);
            return new Rules(
                policy, file, told.reader.approvers(told.cast.ownersFile()), file, id -> List.of());
          }

          @Override
          public void requireInForce(SignedFile gate, SignedFile approvers, Instant at) {}
        };
    new Folding(
            told.record.decisions(),
            new BundleLines(),
            rules,
            new ApproverKeys(),
            told.record,
            new Ledger(told.record, Clock.fixed(told.now(), ZoneOffset.UTC)))
        .fold();
  }

  private static byte[] gate(SigningKey key) {
    String yaml =
        new String(
            AuditScene.bytes(AuditScene.EXAMPLE.resolve("gate.yaml")), StandardCharsets.UTF_8);
    return (yaml + "\ndecisionNodes:\n  - |\n" + pem(key).strip().indent(4))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String pem(SigningKey key) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getEncoder().encodeToString(key.verificationKey().encoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  private static void untied(PostgresSettings settings) {
    for (String table : List.of("entry", "decision_batch")) {
      TestPostgres.execute(settings, "ALTER TABLE " + table + " DISABLE TRIGGER ALL");
    }
    TestPostgres.execute(
        settings,
        "ALTER TABLE decision_batch DROP CONSTRAINT decision_batch_pk CASCADE;"
            + " ALTER TABLE decision_batch DROP CONSTRAINT decision_batch_previous_check;"
            + " DELETE FROM decision_work");
  }

  private static void change(PostgresSettings settings, String sql) {
    untied(settings);
    TestPostgres.execute(settings, sql);
  }

  private static Report audit(PostgresSettings settings) {
    try (PostgresDatabase database = new PostgresDatabase(settings)) {
      return StoreAudit.audit(new PostgresReleaseRecord(database), tools);
    }
  }
}
