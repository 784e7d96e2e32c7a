package io.countersign.activities.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.adapter.memory.LocalKeySigner;
import io.countersign.activities.adapter.memory.UnsafeInMemoryReleaseRecord;
import io.countersign.activities.adapter.signing.DsseEnvelope;
import io.countersign.activities.adapter.signing.EnvelopeCheckSigner;
import io.countersign.activities.adapter.signing.EnvelopeVerifier;
import io.countersign.activities.adapter.signing.GateEnvelopes;
import io.countersign.activities.adapter.signing.StatementReader;
import io.countersign.activities.adapter.signing.StatementWriter;
import io.countersign.activities.port.GateKey;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.release.Ledger;
import io.countersign.activities.signoff.CheckStatement;
import io.countersign.activities.signoff.SignOffPredicate;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.activities.signoff.SubmissionPredicate;
import io.countersign.activities.signoff.VerificationKey;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.check.Evidence;
import io.countersign.policy.GateFunction;
import io.countersign.record.Entry;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.record.FrozenRelease;
import io.countersign.record.JsonDocument;
import io.countersign.record.StatementNonce;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.SignOffDecision;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/** One release whose record holds what a real one holds. */
final class EvidenceScene {
  static final Instant NOW = Instant.parse("2026-11-23T08:00:00.123456Z");
  static final ReleaseId RELEASE = ReleaseId.parse("production/fraud-scorer/2026.11.1");
  static final byte[] GATE = bytes("apiVersion: countersign.io/v1\n");
  static final byte[] SIGNATURES = bytes("{\"payload\":\"\"}\n");
  static final byte[] APPROVERS = bytes("people: []\n");
  static final byte[] NEWER_APPROVERS = bytes("people: [ann]\n");
  static final byte[] METRICS = bytes("{\"auc\":0.91}");
  static final Digest MODEL = Digest.of(bytes("model"));

  final ReleaseRecord record = new UnsafeInMemoryReleaseRecord();
  final LocalKeySigner key = new LocalKeySigner();
  final GateEnvelopes gate;
  final Sealing sealing;
  final Bundles bundles;
  private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
  private final Ledger ledger = new Ledger(record, clock);
  private final SigningKey person = person();
  private final Digest releaseDigest;

  EvidenceScene() {
    gate = new GateEnvelopes(() -> new GateKey(key, List.of(key.publicKey())), clock);
    sealing = new Sealing(record, new StatementReader(), gate, clock);
    bundles = new Bundles(record, sealing);
    for (byte[] document : List.of(GATE, SIGNATURES, APPROVERS, NEWER_APPROVERS, METRICS)) {
      record.documents().putDocument(Digest.of(document), document);
    }
    JsonDocument manifest =
        new JsonDocument(
            "{\"subjects\":{\"model\":{\"uri\":\"model/\",\"digest\":\"" + MODEL + "\"}}}");
    releaseDigest = manifest.digest();
    record
        .releases()
        .freeze(
            new FrozenRelease(
                RELEASE,
                releaseDigest,
                "ann@example.com",
                submission(manifest),
                manifest,
                Digest.of(GATE),
                Digest.of(APPROVERS),
                1,
                "customer-facing",
                new JsonDocument("{\"functions\":[]}"),
                null,
                new JsonDocument("{\"policies\":{}}"),
                NOW));
  }

  /** Everything up to the grant. */
  void live() {
    tell(EntryKind.SUBMITTED, "submitted", body -> body.put("submitter", "ann@example.com"));
    tell(
        EntryKind.RESOLVED,
        "resolved",
        body ->
            body.put("gateDigest", Digest.of(GATE).toString())
                .put("approversDigest", Digest.of(APPROVERS).toString())
                .put("gateSignatures", Digest.of(SIGNATURES).toString()));
    byte[] check = check();
    tell(
        EntryKind.CHECK,
        "check/1/mlops.model-quality",
        body -> body.set("envelope", Ledger.tree(text(check))));
    tell(
        EntryKind.RIGHTS,
        "rights/1",
        body -> body.put("approversDigest", Digest.of(NEWER_APPROVERS).toString()));
    byte[] signOff = signOff();
    Digest said = DsseEnvelope.parse(signOff).statementDigest();
    record
        .entries()
        .accept(
            ledger.entry(
                RELEASE,
                EntryKind.SIGN_OFF,
                "bob@example.com",
                EntryKey.signOff(said),
                body -> body.set("envelope", Ledger.tree(text(signOff)))),
            new StatementNonce("bob@example.com", "n"));
    tell(
        EntryKind.DECISION,
        "decision/1",
        body -> {
          body.put("outcome", "APPROVED");
          body.withArray("signOffs").add(said.toString());
          body.withArray("checks").add(DsseEnvelope.parse(check).statementDigest().toString());
        });
    tell(
        EntryKind.GRANT,
        "grant/1",
        body -> {
          body.put("grantId", "g").put("slot", "a").put("expiresAt", "2026-12-23T08:00:00Z");
          body.putObject("spec");
          body.putObject("proof").put("at", "2026-11-23T08:00:00Z");
        });
  }

  Entry tell(EntryKind kind, String name, Consumer<ObjectNode> body) {
    return ledger.append(RELEASE, kind, name, body);
  }

  String bundle() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      bundles.write(RELEASE, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** The statements of a bundle, in order. */
  static List<JsonNode> statements(String bundle) {
    List<JsonNode> statements = new ArrayList<>();
    bundle
        .lines()
        .forEach(
            line ->
                statements.add(
                    Ledger.tree(text(DsseEnvelope.parse(bytes(line), 1 << 20).payload()))));
    return statements;
  }

  /** Every line is signed by the gate or by the person. */
  void requireSigned(String bundle) {
    List<VerificationKey> keys =
        List.of(VerificationKey.of(key.publicKey()), person.verificationKey());
    bundle
        .lines()
        .forEach(line -> EnvelopeVerifier.verify(DsseEnvelope.parse(bytes(line), 1 << 20), keys));
  }

  private String submission(JsonDocument manifest) {
    JsonNode tree = Ledger.tree(manifest.text());
    return text(
        DsseEnvelope.sign(
                StatementWriter.submission(
                    new SubmissionPredicate(
                        new SubmissionPredicate.Person("ann@example.com"),
                        RELEASE,
                        releaseDigest,
                        tree,
                        NOW,
                        NOW.plusSeconds(60),
                        StatementWriter.nonce())),
                person)
            .write());
  }

  private byte[] signOff() {
    return DsseEnvelope.sign(
            StatementWriter.signOff(
                new SignOffPredicate(
                    GateFunction.RISK,
                    SignOffDecision.APPROVE,
                    null,
                    "looked at",
                    "bob@example.com",
                    RELEASE,
                    releaseDigest,
                    Digest.of(bytes("review")),
                    NOW,
                    NOW.plusSeconds(60),
                    StatementWriter.nonce())),
            person)
        .write();
  }

  private byte[] check() {
    CheckResult result =
        new CheckResult(
            "mlops.model-quality",
            CheckOutcome.PASS,
            List.of(),
            new TreeMap<>(),
            List.of(),
            List.of(
                new Evidence("model/", MODEL),
                new Evidence("reports/metrics.json", Digest.of(METRICS))));
    return new EnvelopeCheckSigner("unit", key, () -> List.of(key.publicKey()))
        .sign(new CheckStatement(RELEASE, releaseDigest, 1, result, "unit", NOW, NOW));
  }

  private static SigningKey person() {
    try {
      return SigningKey.of(KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
