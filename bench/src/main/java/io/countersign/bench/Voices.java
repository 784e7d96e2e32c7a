package io.countersign.bench;

import io.countersign.activities.adapter.files.ReleaseDocument;
import io.countersign.activities.adapter.signing.DsseEnvelope;
import io.countersign.activities.adapter.signing.KeyFiles;
import io.countersign.activities.adapter.signing.Keys;
import io.countersign.activities.adapter.signing.StatementWriter;
import io.countersign.activities.signoff.OrderPredicate;
import io.countersign.activities.signoff.SignOffPredicate;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.activities.signoff.SubmissionPredicate;
import io.countersign.activity.Submission;
import io.countersign.policy.GateFunction;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import io.countersign.worker.engine.ExampleSystem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** Signs in the names of the example's people. Keys are read once. */
final class Voices {
  /** The three voices that the tier of the measured releases asks for. */
  static final Map<GateFunction, String> APPROVERS = approvers();

  static final String SUBMITTER = "pia@example.com";
  private static final String OPERATOR = "otto@example.com";
  private static final Duration LIFE = Duration.ofDays(7);

  private final ExampleSystem example;
  private final Map<String, SigningKey> keys = new ConcurrentHashMap<>();

  Voices(ExampleSystem example) {
    this.example = example;
  }

  Submission submission(ReleaseDocument document) {
    Instant now = Instant.now();
    Digest digest = digest(document);
    return new Submission(
        document.manifest().id(),
        digest,
        sign(
            StatementWriter.submission(
                new SubmissionPredicate(
                    new SubmissionPredicate.Person(SUBMITTER),
                    document.manifest().id(),
                    digest,
                    document.json(),
                    now,
                    now.plus(LIFE),
                    StatementWriter.nonce())),
            SUBMITTER));
  }

  String approval(Submission submission, Digest review, GateFunction function) {
    Instant now = Instant.now();
    String person = Objects.requireNonNull(APPROVERS.get(function));
    return sign(
        StatementWriter.signOff(
            new SignOffPredicate(
                function,
                SignOffDecision.APPROVE,
                null,
                "Reviewed.",
                person,
                submission.release(),
                submission.releaseDigest(),
                review,
                now,
                now.plus(LIFE),
                StatementWriter.nonce())),
        person);
  }

  String order(ReleaseId release, Digest digest, OrderKind kind) {
    Instant now = Instant.now();
    return sign(
        StatementWriter.order(
            new OrderPredicate(
                kind,
                "The measurement is over.",
                OPERATOR,
                release,
                digest,
                now,
                now.plus(LIFE),
                StatementWriter.nonce())),
        OPERATOR);
  }

  static Digest digest(ReleaseDocument document) {
    return Objects.requireNonNull(document.releaseDigest(), "the manifest is locked");
  }

  private String sign(byte[] statement, String person) {
    SigningKey key =
        keys.computeIfAbsent(
            person, p -> KeyFiles.readPrivate(example.keyOf(p), Keys.Passphrase::unavailable));
    return new String(DsseEnvelope.sign(statement, key).write(), StandardCharsets.UTF_8);
  }

  private static Map<GateFunction, String> approvers() {
    Map<GateFunction, String> approvers = new LinkedHashMap<>();
    approvers.put(GateFunction.MLOPS, "mara@example.com");
    approvers.put(GateFunction.SECURITY, "sven@example.com");
    approvers.put(GateFunction.RISK, "rita@example.com");
    return approvers;
  }
}
