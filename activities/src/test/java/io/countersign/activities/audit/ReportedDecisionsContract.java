package io.countersign.activities.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.adapter.memory.UnsafeInMemoryDecisionBatches;
import io.countersign.activities.adapter.signing.ApproverKeys;
import io.countersign.activities.adapter.signing.BundleLines;
import io.countersign.activities.adapter.signing.NodeEnvelopes;
import io.countersign.activities.batch.BatchLimits;
import io.countersign.activities.batch.BatchStatement;
import io.countersign.activities.batch.Decisions;
import io.countersign.activities.batch.Folding;
import io.countersign.activities.batch.HashTree;
import io.countersign.activities.batch.NodeLedger;
import io.countersign.activities.port.ChangeEntries;
import io.countersign.activities.port.DecisionBatches;
import io.countersign.activities.port.DecisionLedger;
import io.countersign.activities.port.GateRules;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.release.Dossier;
import io.countersign.activities.release.Ledger;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.Slot;
import io.countersign.policy.GatePolicy;
import io.countersign.record.EntryHash;
import io.countersign.record.EntryKind;
import io.countersign.record.NewEntry;
import io.countersign.release.Digest;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What decision nodes signed, from the node over the record to the auditor. */
abstract class ReportedDecisionsContract {
  @TempDir private Path directory;

  private final SigningKey node = Decisions.key();
  private AuditScene scene;
  private DecisionBatches batches;
  private DecisionBatches folded;
  private int nodes;

  abstract ReleaseRecord record();

  /** As nodes reach them. */
  abstract DecisionBatches batches();

  @BeforeEach
  void open() {
    ReleaseRecord record = record();
    scene = new AuditScene(record);
    folded = record.decisions();
    batches = batches();
  }

  @Test
  void theRecordProvesWhichPolicyDecidedAndHowOften() {
    Audit audit = whole(true, this::usual);
    assertThat(audit.findings()).isEmpty();
    assertThat(audit.proved())
        .anyMatch(
            line ->
                line.startsWith(
                    "Decision nodes signed that they allowed 2 and denied 1 requests of this release, in 1 batches of 1 chain"));
    assertThat(audit.notProved())
        .anyMatch(line -> line.startsWith("That a decision node told of all that it decided"))
        .noneMatch(line -> line.contains("the gate's word") && line.contains("decision nodes"));
  }

  @Test
  void tellsNothingOfOtherReleases() {
    whole(
        true,
        ledger -> {
          usual(ledger);
          ledger.note(
              Decisions.denied(
                  scene.release.withVersion("other-9"),
                  Decisions.allowed(scene.now(), scene.release, digest(), policy()).releaseDigest(),
                  "secret.tool"));
        });
    assertThat(String.join("\n", scene.bundle())).doesNotContain("other-9");
    assertThat(scene.record.entries().entries(scene.release, java.util.Set.of(EntryKind.DECISIONS)))
        .hasSize(1)
        .allMatch(entry -> !entry.body().text().contains("secret.tool"));
  }

  @Test
  void saysWhoseWordItIsThatAKeyIsANodes() {
    Audit audit = whole(false, this::usual);
    assertThat(audit.findings()).isEmpty();
    assertThat(audit.notProved())
        .anyMatch(
            line ->
                line.startsWith("That the keys of node-1-") && line.contains("the gate's word"));
  }

  @Test
  void saysThatNoNodeReported() {
    assertThat(scene.whole().verify().notProved())
        .anyMatch(line -> line.contains("holds no batch of a decision node"));
  }

  @Test
  void findsAnAllowanceByAnotherPolicy() {
    Audit audit =
        whole(
            true,
            ledger ->
                ledger.note(
                    Decisions.allowed(
                        scene.now(),
                        scene.release,
                        digest(),
                        Digest.of("other".getBytes(StandardCharsets.UTF_8)))));
    assertThat(audit.findings())
        .anyMatch(
            one ->
                one.flaw() == Flaw.NOT_APPROVED
                    && one.detail().contains("a policy that is not the release's"));
  }

  @Test
  void findsAnAllowanceWithoutAccess() {
    Audit audit =
        whole(
            true,
            ledger ->
                ledger.note(
                    Decisions.allowed(
                        scene.now().minus(Duration.ofHours(1)),
                        scene.release,
                        digest(),
                        policy())));
    assertThat(audit.findings())
        .anyMatch(
            one ->
                one.flaw() == Flaw.NOT_APPROVED
                    && one.detail().contains("when the release had no access"));
  }

  @Test
  void saysHowLongNodesAllowedWhatTheRecordHadForbidden() {
    scene.submitted("omar@example.com", gate(true));
    scene.goesLive();
    scene.ordered("otto@example.com", io.countersign.signoff.OrderKind.ROLLBACK);
    decide(this::usual);
    scene.revocation(AuditScene.GRANT, "ROLLED_BACK").revoked(AuditScene.GRANT, Slot.A);
    fold(true);
    Audit audit = scene.complete("ROLLED_BACK").verify();
    assertThat(audit.findings()).isEmpty();
    assertThat(audit.proved())
        .contains("By their clocks they allowed until 120 ms after the record had forbidden it.");
  }

  @Test
  void findsWhatANodeSignedThatNobodyCanRead() {
    scene.submitted("omar@example.com", gate(true));
    scene.goesLive();
    String section =
        "{\"allowed\":[{\"count\":1,\"first\":\"never\",\"last\":\"never\",\"policy\":\"%s\"}],\"release\":\"%s\",\"releaseDigest\":\"%s\"}"
            .formatted(policy(), scene.release, digest());
    BatchStatement statement =
        new BatchStatement(
            "node-1",
            1,
            EntryHash.NONE,
            scene.now(),
            scene.now(),
            new HashTree(List.of(section)).root(),
            1,
            1,
            0,
            null,
            new BatchStatement.Lost(0, 0, 0));
    batches.store(
        new DecisionBatches.Batch(
            "node-1",
            1,
            EntryHash.NONE,
            Digest.of(statement.document().text().getBytes(StandardCharsets.UTF_8)),
            new NodeEnvelopes(node).sign(statement.document()),
            List.of(section)));
    fold(true);
    end();
    assertThat(scene.verify().findings())
        .anyMatch(
            one -> one.flaw() == Flaw.FOREIGN_LINE && one.detail().contains("cannot be read"));
  }

  @Test
  void findsCountsThatTheNodeDidNotSign() {
    scene.submitted("omar@example.com", gate(true));
    scene.goesLive();
    decide(this::usual);
    fold(true);
    var told =
        scene.record.entries().entries(scene.release, java.util.Set.of(EntryKind.DECISIONS)).get(0);
    String forged = told.body().text().replaceFirst("\"count\":2", "\"count\":3");
    assertThat(forged).isNotEqualTo(told.body().text());
    scene.tell(
        EntryKind.DECISIONS,
        "gate",
        "decisions/forged",
        body -> Ledger.tree(forged).properties().forEach(f -> body.set(f.getKey(), f.getValue())));
    end();
    assertThat(scene.verify().findings())
        .anyMatch(
            one ->
                one.flaw() == Flaw.FOREIGN_LINE
                    && one.detail().contains("not those that the node signed"));
  }

  @Test
  void findsABatchThatIsToldTwice() {
    scene.submitted("omar@example.com", gate(true));
    scene.goesLive();
    decide(this::usual);
    fold(true);
    var told =
        scene.record.entries().entries(scene.release, java.util.Set.of(EntryKind.DECISIONS)).get(0);
    scene.tell(
        EntryKind.DECISIONS,
        "gate",
        "decisions/again",
        body ->
            Ledger.tree(told.body().text())
                .properties()
                .forEach(f -> body.set(f.getKey(), f.getValue())));
    end();
    assertThat(scene.verify().findings())
        .anyMatch(one -> one.flaw() == Flaw.BROKEN_CHAIN && one.detail().contains("node-1-"));
  }

  @Test
  void foldsNothingThatNoKeyOfTheRulesSigned() {
    scene.submitted("omar@example.com", gate(true));
    scene.goesLive();
    decide(this::usual);
    fold(scene.dossier(), List.of(pem(Decisions.key())));
    assertThat(scene.record.entries().entries(scene.release, java.util.Set.of(EntryKind.DECISIONS)))
        .isEmpty();
  }

  @Test
  void foldsABatchOnceHoweverOftenItIsTried() {
    scene.submitted("omar@example.com", gate(true));
    scene.goesLive();
    decide(this::usual);
    List<DecisionBatches.Batch> stored = folded.unfolded(100);
    fold(true);
    DecisionBatches again = new UnsafeInMemoryDecisionBatches();
    stored.forEach(again::store);
    new Folding(
            again,
            new BundleLines(),
            rules(scene.dossier().policy(), false),
            new ApproverKeys(),
            scene.record,
            ledger())
        .fold();
    assertThat(again.unfolded(10)).isEmpty();
    assertThat(scene.record.entries().entries(scene.release, java.util.Set.of(EntryKind.DECISIONS)))
        .hasSize(1);
  }

  @Test
  void aBatchThatCannotBeToldHoldsUpNoOtherOne() {
    scene.submitted("omar@example.com", gate(true));
    scene.goesLive();
    decide(this::usual);
    decide(this::usual);
    String first = folded.unfolded(10).get(0).node();
    new Folding(
            folded,
            new BundleLines(),
            rules(scene.dossier().policy(), true),
            new ApproverKeys(),
            scene.record,
            new Ledger(refusing(first), Clock.fixed(scene.now(), ZoneOffset.UTC)))
        .fold();
    assertThat(scene.record.entries().entries(scene.release, java.util.Set.of(EntryKind.DECISIONS)))
        .extracting(entry -> entry.body().text())
        .hasSize(1)
        .noneMatch(told -> told.contains(first));
  }

  /** The record, which refuses what a node's batches tell for a reason that nobody foresaw. */
  private ReleaseRecord refusing(String node) {
    ChangeEntries entries =
        proxy(
            ChangeEntries.class,
            (method, arguments) -> {
              if (method.getName().equals("append")
                  && ((NewEntry) arguments[0]).body().text().contains(node)) {
                throw new GateException(FailureType.INTERNAL, "tell of decisions (22P05)");
              }
              return method.invoke(scene.record.entries(), arguments);
            });
    return proxy(
        ReleaseRecord.class,
        (method, arguments) ->
            method.getName().equals("entries") ? entries : method.invoke(scene.record, arguments));
  }

  private interface Call {
    Object on(Method method, Object[] arguments) throws ReflectiveOperationException;
  }

  private static <T> T proxy(Class<T> type, Call call) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> call.on(method, arguments)));
  }

  @Test
  void followsAChainOfSeveralBatches() {
    Audit audit =
        whole(
            true,
            ledger -> {
              usual(ledger);
              decide(this::usual);
            });
    assertThat(audit.findings()).isEmpty();
    assertThat(audit.proved()).anyMatch(line -> line.contains("allowed 4 and denied 2"));
  }

  private Audit whole(boolean named, Consumer<DecisionLedger> decided) {
    scene.submitted("omar@example.com", gate(named));
    scene.goesLive();
    decide(decided);
    fold(named);
    end();
    return scene.verify();
  }

  private void end() {
    scene
        .ordered("otto@example.com", io.countersign.signoff.OrderKind.ROLLBACK)
        .revocation(AuditScene.GRANT, "ROLLED_BACK")
        .revoked(AuditScene.GRANT, Slot.A)
        .complete("ROLLED_BACK");
  }

  private void usual(DecisionLedger ledger) {
    ledger.note(Decisions.allowed(scene.now(), scene.release, digest(), policy()));
    ledger.note(Decisions.allowed(scene.now(), scene.release, digest(), policy()));
    ledger.note(Decisions.denied(scene.release, digest(), "refund.execute"));
  }

  private void decide(Consumer<DecisionLedger> decided) {
    nodes++;
    try (NodeLedger ledger =
        new NodeLedger(
            BatchLimits.usual("node-" + nodes, directory.resolve("node-" + nodes)),
            new NodeEnvelopes(node),
            batches,
            Clock.systemUTC())) {
      decided.accept(ledger);
      ledger.start();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void fold(boolean named) {
    fold(scene.dossier(), named ? scene.dossier().policy().decisionNodes() : List.of(pem(node)));
  }

  private void fold(Dossier dossier, List<String> keys) {
    GatePolicy old = dossier.policy();
    GatePolicy now =
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
    new Folding(
            folded, new BundleLines(), rules(now, true), new ApproverKeys(), scene.record, ledger())
        .fold();
  }

  private Ledger ledger() {
    return new Ledger(scene.record, Clock.fixed(scene.now(), ZoneOffset.UTC));
  }

  private GateRules rules(GatePolicy policy, boolean named) {
    return new GateRules() {
      @Override
      public Rules now() {
        SignedFile file = new SignedFile(gate(named), new byte[0]);
        return new Rules(
            policy, file, scene.reader.approvers(scene.cast.ownersFile()), file, id -> List.of());
      }

      @Override
      public void requireInForce(SignedFile gate, SignedFile approvers, java.time.Instant at) {}
    };
  }

  private byte[] gate(boolean named) {
    String yaml =
        new String(
            AuditScene.bytes(AuditScene.EXAMPLE.resolve("gate.yaml")), StandardCharsets.UTF_8);
    List<String> lines = new ArrayList<>(List.of(yaml));
    if (named) {
      lines.add("decisionNodes:\n  - |\n    " + pem(node).strip().replace("\n", "\n    ") + "\n");
    }
    return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
  }

  private static String pem(SigningKey key) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getEncoder().encodeToString(key.verificationKey().encoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  private Digest digest() {
    return scene.dossier().frozen().releaseDigest();
  }

  private Digest policy() {
    return Objects.requireNonNull(scene.dossier().manifest().subjects().policy().digest());
  }
}
