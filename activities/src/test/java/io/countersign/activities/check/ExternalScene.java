package io.countersign.activities.check;

import io.countersign.activities.adapter.signing.ApproverKeys;
import io.countersign.activities.adapter.signing.DsseEnvelope;
import io.countersign.activities.adapter.signing.StatementReader;
import io.countersign.activities.adapter.signing.StatementWriter;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectSource;
import io.countersign.activities.release.Dossier;
import io.countersign.activities.release.ExternalRequest;
import io.countersign.activities.signoff.CheckStatement;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.activity.CheckVerdict;
import io.countersign.activity.ExternalCheckActivities.Admission;
import io.countersign.activity.ExternalCheckActivities.Preparation;
import io.countersign.activity.ExternalCheckActivities.Prepared;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.check.Evidence;
import io.countersign.check.Finding;
import io.countersign.policy.GatePolicy.CheckRule;
import io.countersign.record.Entry;
import io.countersign.record.EntryKind;
import io.countersign.release.Digest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Two external checks of two owners in every tier of the example, and the keys of both. */
final class ExternalScene {
  static final String BIAS = "risk.bias";
  static final String DRIFT = "mlops.drift";
  static final String METRICS = "reports/model-quality/1/metrics.json";

  final SigningKey biasKey = ed25519();
  final SigningKey driftKey = p256();
  final CheckScene scene =
      new CheckScene(
          null,
          rule(BIAS, "python-checks", biasKey, "{maxDifference: 0.1, groups: [a, b]}")
              + rule(DRIFT, "drift-checks", driftKey, "{}"));
  final Entry resolved =
      scene.ledger.append(
          CheckScene.RELEASE, EntryKind.RESOLVED, "resolved", body -> body.put("tier", "standard"));
  final ExternalChecks checks = checks(scene.source());

  ExternalChecks checks(SubjectSource source) {
    return new ExternalChecks(
        scene.dossiers,
        scene.evidence,
        scene.record,
        policy -> source,
        Progress.unwatched(),
        new StatementReader(),
        new ApproverKeys(),
        scene.ledger);
  }

  private static String rule(String check, String queue, SigningKey key, String with) {
    return "      - check: "
        + check
        + "\n        with: "
        + with
        + "\n        worker:\n          taskQueue: "
        + queue
        + "\n          keys:\n            - |\n"
        + pem(key).indent(14);
  }

  static String pem(SigningKey key) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getEncoder().encodeToString(key.verificationKey().encoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  static SigningKey ed25519() {
    try {
      return SigningKey.of(KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static SigningKey p256() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return SigningKey.of(generator.generateKeyPair().getPrivate());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  Dossier dossier() {
    return scene.dossiers.of(CheckScene.RELEASE);
  }

  CheckRule rule(String check) {
    return dossier().tier().checks().stream()
        .filter(rule -> rule.check().equals(check))
        .findFirst()
        .orElseThrow();
  }

  Prepared prepare(String check, int round) {
    return checks.prepare(new Preparation(CheckScene.RELEASE, round, check));
  }

  CheckVerdict admit(String check, String answer) {
    return checks.admit(new Admission(CheckScene.RELEASE, 1, check, answer));
  }

  Digest request(String check) {
    return ExternalRequest.of(dossier(), rule(check), 1, resolved).digest();
  }

  /** What an honest worker says of the first round. */
  CheckStatement honest(String check) {
    return new CheckStatement(
        CheckScene.RELEASE,
        dossier().frozen().releaseDigest(),
        1,
        result(check, dataset()),
        "bias-1",
        CheckScene.NOW,
        CheckScene.NOW,
        request(check));
  }

  static CheckResult result(String check, Evidence... evidence) {
    return new CheckResult(
        check,
        CheckOutcome.PASS,
        List.of(),
        new TreeMap<>(Map.of("demographic-parity-difference", "0.04")),
        List.of(),
        List.of(evidence));
  }

  static CheckResult failed(String check, Finding finding, Evidence... evidence) {
    return new CheckResult(
        check, CheckOutcome.FAIL, List.of(finding), new TreeMap<>(), List.of(), List.of(evidence));
  }

  Evidence dataset() {
    return new Evidence("data/train.csv", dossier().manifest().subjects().dataset().digest());
  }

  static String signed(CheckStatement statement, SigningKey key) {
    return signed(StatementWriter.checkResult(statement), key);
  }

  static String signed(byte[] statement, SigningKey key) {
    return new String(DsseEnvelope.sign(statement, key).write(), StandardCharsets.UTF_8);
  }

  List<Entry> refusals() {
    return scene.record.entries().entries(CheckScene.RELEASE, Set.of(EntryKind.REFUSAL));
  }
}
