package io.countersign.activities.adapter.signing;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.port.CiTokens;
import io.countersign.activities.port.KeyDirectory;
import io.countersign.activities.port.SignedStatements;
import io.countersign.activities.signoff.CheckStatement;
import io.countersign.activities.signoff.CiIdentity;
import io.countersign.activities.signoff.CiToken;
import io.countersign.activities.signoff.OrderPredicate;
import io.countersign.activities.signoff.SignOffPredicate;
import io.countersign.activities.signoff.Submission;
import io.countersign.activities.signoff.SubmissionAudience;
import io.countersign.activities.signoff.SubmissionPredicate;
import io.countersign.activities.signoff.VerificationKey;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GateFunction;
import io.countersign.release.CanonicalJson;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.Order;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOff;
import io.countersign.signoff.SignOffDecision;
import io.countersign.signoff.WaiverTerms;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/**
 * Reads in-toto statements in DSSE envelopes. A statement says whose it is; only the keys of that
 * person are tried, so that a key never speaks for anybody else.
 */
public final class StatementReader implements SignedStatements {
  /** The most bytes of a check's result: it comes from a worker's own store, not as a message. */
  public static final int CHECK_RESULT_LIMIT = 1024 * 1024;

  @Override
  public Kind kind(byte[] json) {
    return Statement.claims(DsseEnvelope.parse(json).payload(), PredicateType.ORDER)
        ? Kind.ORDER
        : Kind.SIGN_OFF;
  }

  @Override
  public SignOff signOff(byte[] json, KeyDirectory people) {
    DsseEnvelope envelope = DsseEnvelope.parse(json);
    Fields fields = fields(Statement.parse(envelope.payload(), PredicateType.SIGN_OFF));
    SignOffPredicate said =
        checked(
            () ->
                new SignOffPredicate(
                    fields.parsed("function", GateFunction::parse),
                    fields.parsed("decision", SignOffDecision::parse),
                    fields.has("check") ? fields.text("check") : null,
                    fields.text("reason"),
                    fields.text("person"),
                    fields.parsed("release", ReleaseId::parse),
                    fields.parsed("releaseDigest", Digest::parse),
                    fields.parsed("reviewDigest", Digest::parse),
                    fields.instant("issuedAt"),
                    fields.instant("expiresAt"),
                    fields.text("nonce"),
                    new WaiverTerms(
                        fields.has("until") ? fields.instant("until") : null,
                        fields.has("accountable") ? fields.text("accountable") : null,
                        fields.digests("waivers"))));
    VerifiedEnvelope verified = verifyByPerson(envelope, said.person(), people);
    return said.verified(verified.publicKey(), verified.statementDigest());
  }

  @Override
  public Order order(byte[] json, KeyDirectory people) {
    DsseEnvelope envelope = DsseEnvelope.parse(json);
    Fields fields = fields(Statement.parse(envelope.payload(), PredicateType.ORDER));
    OrderPredicate said =
        checked(
            () ->
                new OrderPredicate(
                    fields.parsed("kind", OrderKind::parse),
                    fields.text("reason"),
                    fields.text("person"),
                    fields.parsed("release", ReleaseId::parse),
                    fields.parsed("releaseDigest", Digest::parse),
                    fields.instant("issuedAt"),
                    fields.instant("expiresAt"),
                    fields.text("nonce")));
    VerifiedEnvelope verified = verifyByPerson(envelope, said.person(), people);
    return said.verified(verified.publicKey(), verified.statementDigest());
  }

  @Override
  public Submission submission(byte[] json, KeyDirectory people, CiTokens tokens, Instant at) {
    DsseEnvelope envelope = DsseEnvelope.parse(json);
    Statement statement = Statement.parse(envelope.payload(), PredicateType.SUBMISSION);
    Fields fields = fields(statement);
    requireOwnDigest(
        fields.parsed("releaseDigest", Digest::parse), statement.predicate().get("manifest"));
    SubmissionPredicate said =
        checked(
            () ->
                new SubmissionPredicate(
                    submitter(statement.predicate()),
                    fields.parsed("release", ReleaseId::parse),
                    fields.parsed("releaseDigest", Digest::parse),
                    statement.predicate().get("manifest"),
                    fields.instant("issuedAt"),
                    fields.instant("expiresAt"),
                    fields.text("nonce")));
    return new Submission(
        proved(said, envelope, people, tokens, at),
        said.release(),
        said.releaseDigest(),
        said.manifest(),
        said.issuedAt(),
        said.expiresAt(),
        said.nonce(),
        envelope.statementDigest());
  }

  @Override
  public Names names(byte[] json) {
    DsseEnvelope envelope = DsseEnvelope.parse(json, CHECK_RESULT_LIMIT);
    return new Names(envelope.statementDigest(), Digest.of(envelope.payload()));
  }

  @Override
  public CheckStatement checkResult(byte[] json, Collection<VerificationKey> workers) {
    DsseEnvelope envelope = DsseEnvelope.parse(json, CHECK_RESULT_LIMIT);
    VerifiedEnvelope verified = EnvelopeVerifier.verify(envelope, workers);
    Statement statement = Statement.parse(verified.payload(), PredicateType.CHECK_RESULT);
    Fields fields = fields(statement);
    return checked(
        () ->
            new CheckStatement(
                fields.parsed("release", ReleaseId::parse),
                fields.parsed("releaseDigest", Digest::parse),
                statement.predicate().get("round").intValue(),
                CheckResults.read(fields.text("check"), statement.predicate().get("result")),
                fields.text("worker"),
                fields.instant("startedAt"),
                fields.instant("finishedAt"),
                fields.has("request") ? fields.parsed("request", Digest::parse) : null));
  }

  private static SubmissionPredicate.Submitter submitter(JsonNode predicate) {
    if (predicate.has("person")) {
      return new SubmissionPredicate.Person(predicate.get("person").textValue());
    }
    JsonNode ci = predicate.get("ci");
    return new SubmissionPredicate.Ci(
        ci.get("issuer").textValue(),
        ci.get("subject").textValue(),
        new CiToken(predicate.get("oidcToken").textValue()));
  }

  /**
   * A CI run has no key: its token, made for exactly this release digest, stands in for a
   * signature.
   */
  private static Submission.Submitter proved(
      SubmissionPredicate said,
      DsseEnvelope envelope,
      KeyDirectory people,
      CiTokens tokens,
      Instant at) {
    if (said.submitter() instanceof SubmissionPredicate.Ci ci) {
      CiIdentity identity =
          tokens.verify(
              ci.token(), SubmissionAudience.of(said.release(), said.releaseDigest()), at);
      if (!identity.issuer().equals(ci.issuer()) || !identity.subject().equals(ci.subject())) {
        throw new GateException(
            FailureType.BAD_TOKEN, "predicate.ci: the token is of another issuer or subject");
      }
      return new Submission.Ci(identity);
    }
    String person = ((SubmissionPredicate.Person) said.submitter()).person();
    return new Submission.Person(person, verifyByPerson(envelope, person, people).keyId());
  }

  private static VerifiedEnvelope verifyByPerson(
      DsseEnvelope envelope, String person, KeyDirectory people) {
    List<VerificationKey> keys = people.keysOf(person);
    if (keys.isEmpty()) {
      throw new GateException(
          FailureType.UNKNOWN_PERSON,
          "predicate.person: " + Malformed.shown(person) + " is not listed");
    }
    return EnvelopeVerifier.verify(envelope, keys);
  }

  private static void requireOwnDigest(Digest declared, JsonNode manifest) {
    if (!CanonicalJson.digest(manifest).equals(declared)) {
      throw new GateException(
          FailureType.DIGEST_MISMATCH,
          "predicate.releaseDigest: found another than that of the manifest");
    }
  }

  /**
   * The subject and the predicate name the release twice; in-toto tools read one, the gate the
   * other.
   */
  private static Fields fields(Statement statement) {
    Fields fields = new Fields(statement.predicate());
    if (!statement.release().toString().equals(fields.text("release"))
        || !statement.releaseDigest().toString().equals(fields.text("releaseDigest"))) {
      throw Malformed.field(
          "subject[0]",
          "another release or digest than in the predicate",
          "is the release that the predicate names");
    }
    return fields;
  }

  private static <T> T checked(Supplier<T> statement) {
    try {
      return statement.get();
    } catch (IllegalArgumentException e) {
      throw Malformed.unreadable("predicate." + e.getMessage());
    }
  }
}
