package io.countersign.decision;

import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.check.Finding;
import io.countersign.check.Severity;
import io.countersign.policy.Approvers;
import io.countersign.policy.Approvers.Person;
import io.countersign.policy.Approvers.PersonKey;
import io.countersign.policy.GateFunction;
import io.countersign.policy.GatePolicy.Caps;
import io.countersign.policy.GatePolicy.CheckRule;
import io.countersign.policy.Requirement;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.release.Span;
import io.countersign.signoff.SignOff;
import io.countersign.signoff.SignOffDecision;
import io.countersign.signoff.WaiverTerms;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The people, rules and statements that the tests of the Judge play with. */
final class Cast {
  static final Instant NOW = Instant.parse("2026-11-10T12:00:00Z");
  static final ReleaseId RELEASE = ReleaseId.parse("production/fraud-scorer/2026.11.3");
  static final Digest DIGEST = digest("release");
  static final Digest REVIEW = digest("review");
  static final String MAYA = "maya@example.com";
  static final String SAM = "sam@example.com";
  static final String SUE = "sue@example.com";
  static final String RITA = "rita@example.com";
  static final String BOTH = "both@example.com";
  static final String SUBMITTER = "subi@example.com";
  static final String INTEGRITY = "mlops.artifact-integrity";
  static final String QUALITY = "mlops.model-quality";
  static final Caps CAPS = new Caps(Span.parse("1h"), Span.parse("30d"), Span.parse("7d"));

  private Cast() {}

  static Digest digest(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8));
  }

  static PersonKey key(String person) {
    return new PersonKey(digest(person).hex(), "PEM of " + person, null, null, null);
  }

  static Person person(String id, GateFunction... functions) {
    return new Person(
        id, List.of(functions), List.of(), false, List.of(key(id)), null, null, null, null);
  }

  static List<Person> people() {
    return new ArrayList<>(
        List.of(
            person(MAYA, GateFunction.MLOPS),
            person(SAM, GateFunction.SECURITY),
            person(SUE, GateFunction.SECURITY),
            person(RITA, GateFunction.RISK),
            person(BOTH, GateFunction.MLOPS, GateFunction.SECURITY, GateFunction.RISK),
            person(SUBMITTER, GateFunction.MLOPS)));
  }

  /** One of each function; integrity must pass, quality may be waived. */
  static Requirements requirements(Requirement... functions) {
    List<Requirement> wanted =
        functions.length > 0
            ? List.of(functions)
            : List.of(
                new Requirement(GateFunction.MLOPS, 1),
                new Requirement(GateFunction.SECURITY, 1),
                new Requirement(GateFunction.RISK, 1));
    return new Requirements(
        RELEASE,
        DIGEST,
        REVIEW,
        wanted,
        List.of(
            new CheckRule(INTEGRITY, false, new TreeMap<>()),
            new CheckRule(QUALITY, true, new TreeMap<>())),
        SUBMITTER,
        List.of("Maker@example.com"),
        new Approvers(people()),
        Span.parse("72h"),
        CAPS);
  }

  static Requirements with(Requirements r, List<Person> people) {
    return new Requirements(
        r.release(),
        r.releaseDigest(),
        r.reviewDigest(),
        r.functions(),
        r.checks(),
        r.submitter(),
        r.contributors(),
        new Approvers(people),
        r.maxAge(),
        r.caps());
  }

  /** The rules where this person stands otherwise than in {@link #people()}. */
  static Requirements where(Person changed) {
    List<Person> people = people();
    people.removeIf(p -> p.id().equals(changed.id()));
    people.add(changed);
    return with(requirements(), people);
  }

  static CheckResult passed(String check, String... contributors) {
    return new CheckResult(
        check, CheckOutcome.PASS, List.of(), new TreeMap<>(), List.of(contributors), List.of());
  }

  static CheckResult failed(String check) {
    return new CheckResult(
        check,
        CheckOutcome.FAIL,
        List.of(new Finding("too-low", Severity.HIGH, "auc is 0.8", null)),
        new TreeMap<>(),
        List.of(),
        List.of());
  }

  static List<CheckResult> passing() {
    return List.of(passed(INTEGRITY), passed(QUALITY));
  }

  static Said approve(String person, GateFunction function) {
    return new Said(person, function, SignOffDecision.APPROVE);
  }

  static Said reject(String person, GateFunction function) {
    return new Said(person, function, SignOffDecision.REJECT);
  }

  static Said takeBack(String person, GateFunction function) {
    return new Said(person, function, SignOffDecision.TAKE_BACK);
  }

  static Said waive(String person, GateFunction function, String check) {
    Said said = new Said(person, function, SignOffDecision.WAIVE);
    said.check = check;
    return said;
  }

  /** A statement in the making; everything that is not said otherwise is right. */
  static final class Said {
    private final String person;
    private final GateFunction function;
    private final SignOffDecision decision;
    private String check;
    private ReleaseId release = RELEASE;
    private Digest releaseDigest = DIGEST;
    private Digest reviewDigest = REVIEW;
    private Instant issuedAt = NOW.minus(Duration.ofHours(1));
    private Instant expiresAt = NOW.plus(Duration.ofHours(24));
    private String nonce;
    private String keyId;
    private String reason = "seen";
    private WaiverTerms terms = WaiverTerms.NONE;

    Said(String person, GateFunction function, SignOffDecision decision) {
      this.person = person;
      this.function = function;
      this.decision = decision;
      this.keyId = key(person).keyId();
    }

    Said of(ReleaseId other) {
      release = other;
      return this;
    }

    Said ofDigest(Digest other) {
      releaseDigest = other;
      return this;
    }

    Said ofReview(Digest other) {
      reviewDigest = other;
      return this;
    }

    Said at(Instant issued) {
      issuedAt = issued;
      return this;
    }

    Said until(Instant expires) {
      expiresAt = expires;
      return this;
    }

    Said nonce(String other) {
      nonce = other;
      return this;
    }

    Said signedWith(String otherKey) {
      keyId = otherKey;
      return this;
    }

    Said waivedUntil(Instant end) {
      terms = WaiverTerms.until(end, null);
      return this;
    }

    Said inViewOf(SignOff... waivers) {
      terms = WaiverTerms.seen(Stream.of(waivers).map(SignOff::statementDigest).toList());
      return this;
    }

    Said because(String other) {
      reason = other;
      return this;
    }

    SignOff signed() {
      String said =
          String.join(
              "|",
              person,
              function.name(),
              decision.name(),
              String.valueOf(check),
              reason,
              release.toString(),
              releaseDigest.hex(),
              reviewDigest.hex(),
              issuedAt.toString(),
              expiresAt.toString(),
              String.valueOf(nonce),
              keyId,
              terms.toString());
      return new SignOff(
          function,
          decision,
          check,
          reason,
          person,
          release,
          releaseDigest,
          reviewDigest,
          issuedAt,
          expiresAt,
          nonce == null ? digest(said).hex().substring(0, 32) : nonce,
          keyId,
          digest(said),
          terms);
    }
  }
}
