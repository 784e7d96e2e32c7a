package io.countersign.worker.demo;

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
import io.countersign.gate.GateView;
import io.countersign.policy.GateFunction;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import io.countersign.signoff.WaiverTerms;
import io.countersign.worker.engine.ExampleSystem;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** Signs in the names of the example's people, with their keys or with somebody else's. */
public final class People {
  private static final Duration LIFE = Duration.ofDays(7);

  private final ExampleSystem example;
  private final Clock clock;

  public People(ExampleSystem example) {
    this(example, Clock.systemUTC());
  }

  public People(ExampleSystem example, Clock clock) {
    this.example = example;
    this.clock = clock;
  }

  /** A submission by this person. */
  public Submission submission(ReleaseDocument document, String person) {
    Instant now = clock.instant();
    var digest = Objects.requireNonNull(document.releaseDigest(), "the manifest is locked");
    byte[] statement =
        StatementWriter.submission(
            new SubmissionPredicate(
                new SubmissionPredicate.Person(person),
                document.manifest().id(),
                digest,
                document.json(),
                now,
                now.plus(LIFE),
                StatementWriter.nonce()));
    return new Submission(document.manifest().id(), digest, sign(statement, person));
  }

  /** A sign-off on what the gate shows. */
  public String signOff(
      GateView view, String person, GateFunction function, SignOffDecision decision) {
    return signOff(view, person, person, function, decision);
  }

  /** A sign-off that says it is of one person, signed with the key of another. */
  public String signOff(
      GateView view, String person, String keyOf, GateFunction function, SignOffDecision decision) {
    Instant now = clock.instant();
    return sign(
        StatementWriter.signOff(
            new SignOffPredicate(
                function,
                decision,
                null,
                decision == SignOffDecision.TAKE_BACK ? "The evaluation was wrong." : "Reviewed.",
                person,
                view.release(),
                view.releaseDigest(),
                Objects.requireNonNull(view.reviewDigest(), "there is a review"),
                now,
                now.plus(LIFE),
                StatementWriter.nonce(),
                decision == SignOffDecision.APPROVE
                    ? WaiverTerms.seen(view.waivers())
                    : WaiverTerms.NONE)),
        keyOf);
  }

  public String order(GateView view, String person, OrderKind kind) {
    Instant now = clock.instant();
    return sign(
        StatementWriter.order(
            new OrderPredicate(
                kind,
                "Back to what was good.",
                person,
                view.release(),
                view.releaseDigest(),
                now,
                now.plus(LIFE),
                StatementWriter.nonce())),
        person);
  }

  private String sign(byte[] statement, String keyOf) {
    SigningKey key = KeyFiles.readPrivate(example.keyOf(keyOf), Keys.Passphrase::unavailable);
    return new String(DsseEnvelope.sign(statement, key).write(), StandardCharsets.UTF_8);
  }
}
