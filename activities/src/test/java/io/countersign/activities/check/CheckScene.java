package io.countersign.activities.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.adapter.files.DocumentReader;
import io.countersign.activities.adapter.files.FileRootSource;
import io.countersign.activities.adapter.memory.LocalKeySigner;
import io.countersign.activities.adapter.memory.UnsafeInMemoryCredentialBroker;
import io.countersign.activities.adapter.memory.UnsafeInMemoryReleaseRecord;
import io.countersign.activities.adapter.signing.ApproverKeys;
import io.countersign.activities.adapter.signing.EnvelopeCheckSigner;
import io.countersign.activities.adapter.signing.Keys;
import io.countersign.activities.adapter.signing.StatementReader;
import io.countersign.activities.port.CheckSigner;
import io.countersign.activities.port.GateRules;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectSource;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.release.Evidence;
import io.countersign.activities.release.Ledger;
import io.countersign.activity.CheckRequest;
import io.countersign.check.CheckResult;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.IdentityBinding.SlotIdentity;
import io.countersign.record.Entry;
import io.countersign.record.EntryKind;
import io.countersign.record.FrozenRelease;
import io.countersign.record.JsonDocument;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The first release of the example, frozen into its strong tier on an in-memory record, with one
 * more check in its gate policy.
 */
final class CheckScene {
  static final Path EXAMPLE = Path.of("..", "examples", "fraud-scorer");
  static final String MADE_UP = "mlops.made-up";
  static final ReleaseId RELEASE = ReleaseId.parse("production/fraud-scorer/2026.11.1");
  static final Instant NOW = Instant.parse("2026-11-23T05:00:00Z");

  final UnsafeInMemoryReleaseRecord record = new UnsafeInMemoryReleaseRecord();
  final UnsafeInMemoryCredentialBroker broker =
      new UnsafeInMemoryCredentialBroker(Clock.fixed(NOW, ZoneOffset.UTC));
  final Ledger ledger = new Ledger(record, Clock.fixed(NOW, ZoneOffset.UTC));
  private final StatementReader statements = new StatementReader();
  private final DocumentReader reader = new DocumentReader(key -> Keys.publicKey(key).keyId());
  private final LocalKeySigner key = new LocalKeySigner();
  private final Supplier<List<PublicKey>> keys;
  private final String rules;
  final CheckSigner signer;
  final Evidence evidence;
  final Dossiers dossiers = new Dossiers(record, reader);

  CheckScene() {
    this(null);
  }

  /**
   * @param listed the keys that verify; null for the one that signs
   */
  CheckScene(@Nullable List<PublicKey> listed) {
    this(listed, "      - check: " + MADE_UP + "\n");
  }

  /**
   * @param rules lines of the gate policy after the first check of every tier
   */
  CheckScene(@Nullable List<PublicKey> listed, String rules) {
    this.rules = rules;
    keys = () -> listed == null ? List.of(key.publicKey()) : listed;
    signer = new EnvelopeCheckSigner("worker-1", key, () -> List.copyOf(keys.get()));
    evidence = new Evidence(record, statements, signer, new ApproverKeys());
    broker.policy("fraud-read", text("vault/fraud-read.hcl"));
    broker.policy("fraud-refund", text("vault/fraud-refund.hcl"));
    freeze(RELEASE, null);
  }

  /** Freezes this release of the example. */
  void freeze(ReleaseId release, @Nullable ReleaseId predecessor) {
    String standard = "      - check: mlops.artifact-integrity\n";
    byte[] gate =
        text("gate.yaml").replace(standard, rules + standard).getBytes(StandardCharsets.UTF_8);
    byte[] approvers = text("approvers.example.yaml").getBytes(StandardCharsets.UTF_8);
    record.documents().putDocument(Digest.of(gate), gate);
    JsonDocument manifest = Dossiers.document(locked(release.version()));
    record
        .releases()
        .freeze(
            new FrozenRelease(
                release,
                manifest.digest(),
                "omar@example.com",
                "{}",
                manifest,
                Digest.of(gate),
                Digest.of(approvers),
                1,
                "strong",
                new JsonDocument("{\"functions\":[]}"),
                predecessor,
                new JsonDocument("{\"policies\":{}}"),
                NOW));
  }

  private JsonNode locked(String version) {
    JsonNode manifest =
        reader.release(EXAMPLE.resolve("releases/" + version + "/release.yaml")).json();
    for (JsonNode subject : manifest.path("subjects")) {
      Digest digest = source().digest(subject.path("uri").asText(), Progress.unwatched()).digest();
      ((ObjectNode) subject).put("digest", digest.toString());
    }
    return manifest;
  }

  SubjectSource source() {
    return new FileRootSource(List.of(EXAMPLE), 1L << 24, 1_000);
  }

  ChecksActivity activity(Check... installed) {
    return activity(source(), installed);
  }

  ChecksActivity activity(SubjectSource source, Check... installed) {
    return new ChecksActivity(
        List.of(installed),
        dossiers,
        evidence,
        record,
        broker,
        policy -> source,
        issuer -> SlotIdentity.keys(List.of()),
        Contexts.nothingToSee(),
        rules(),
        statements,
        signer,
        ledger);
  }

  /** The example's files, signed by nobody. */
  GateRules rules() {
    byte[] gate = text("gate.yaml").getBytes(StandardCharsets.UTF_8);
    byte[] people = text("approvers.example.yaml").getBytes(StandardCharsets.UTF_8);
    return new GateRules() {
      @Override
      public Rules now() {
        return new Rules(
            reader.gatePolicy(gate),
            new SignedFile(gate, new byte[0]),
            reader.approvers(people),
            new SignedFile(people, new byte[0]),
            person -> List.of());
      }

      @Override
      public void requireInForce(SignedFile file, SignedFile approvers, Instant at) {
        throw new GateException(FailureType.INVALID_GATE_POLICY, "nobody signed it");
      }
    };
  }

  static CheckRequest round(int round) {
    return new CheckRequest(RELEASE, round);
  }

  List<CheckResult> results(int round) {
    return evidence.checks(dossiers.of(RELEASE), round);
  }

  List<Entry> entries() {
    return record.entries().entries(RELEASE, Set.of(EntryKind.CHECK));
  }

  static String text(String file) {
    try {
      return Files.readString(EXAMPLE.resolve(file));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** All that a new check is. */
  static class MadeUp implements Check {
    final List<CheckContext> seen = new ArrayList<>();

    @Override
    public String name() {
      return MADE_UP;
    }

    @Override
    public CheckFindings run(CheckContext context) {
      seen.add(context);
      return new CheckFindings().measure("runs", Integer.toString(seen.size()));
    }
  }
}
