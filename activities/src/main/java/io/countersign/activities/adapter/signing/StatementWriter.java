package io.countersign.activities.adapter.signing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.signoff.CheckStatement;
import io.countersign.activities.signoff.OrderPredicate;
import io.countersign.activities.signoff.SignOffPredicate;
import io.countersign.activities.signoff.SubmissionPredicate;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;

/** Writes statements as the canonical bytes that {@link DsseEnvelope#sign} then signs. */
public final class StatementWriter {
  private static final SecureRandom RANDOM = new SecureRandom();

  private StatementWriter() {}

  /** A fresh nonce: 128 random bits as hex. */
  public static String nonce() {
    byte[] bits = new byte[16];
    RANDOM.nextBytes(bits);
    return HexFormat.of().formatHex(bits);
  }

  public static byte[] signOff(SignOffPredicate said) {
    ObjectNode predicate = about(said.release(), said.releaseDigest());
    predicate
        .put("function", said.function().toString())
        .put("decision", said.decision().toString())
        .put("reason", said.reason())
        .put("person", said.person())
        .put("reviewDigest", said.reviewDigest().toString());
    if (said.check() != null) {
      predicate.put("check", said.check());
    }
    if (said.terms().until() != null) {
      predicate.put("until", said.terms().until().toString());
    }
    if (said.terms().accountable() != null) {
      predicate.put("accountable", said.terms().accountable());
    }
    said.terms().seen().forEach(seen -> predicate.withArray("waivers").add(seen.toString()));
    putPeriod(predicate, said.issuedAt(), said.expiresAt(), said.nonce());
    return bytes(said.release(), said.releaseDigest(), PredicateType.SIGN_OFF, predicate);
  }

  public static byte[] order(OrderPredicate said) {
    ObjectNode predicate = about(said.release(), said.releaseDigest());
    predicate
        .put("kind", said.kind().toString())
        .put("reason", said.reason())
        .put("person", said.person());
    putPeriod(predicate, said.issuedAt(), said.expiresAt(), said.nonce());
    return bytes(said.release(), said.releaseDigest(), PredicateType.ORDER, predicate);
  }

  public static byte[] submission(SubmissionPredicate said) {
    ObjectNode predicate = about(said.release(), said.releaseDigest());
    if (said.submitter() instanceof SubmissionPredicate.Ci ci) {
      predicate.putObject("ci").put("issuer", ci.issuer()).put("subject", ci.subject());
      predicate.put("oidcToken", ci.token().reveal());
    } else if (said.submitter() instanceof SubmissionPredicate.Person person) {
      predicate.put("person", person.person());
    }
    predicate.set("manifest", said.manifest());
    putPeriod(predicate, said.issuedAt(), said.expiresAt(), said.nonce());
    return bytes(said.release(), said.releaseDigest(), PredicateType.SUBMISSION, predicate);
  }

  public static byte[] checkResult(CheckStatement said) {
    ObjectNode predicate = about(said.release(), said.releaseDigest());
    predicate
        .put("round", said.round())
        .put("check", said.result().check())
        .put("worker", said.worker())
        .put("startedAt", said.startedAt().toString())
        .put("finishedAt", said.finishedAt().toString());
    if (said.request() != null) {
      predicate.put("request", said.request().toString());
    }
    predicate.set("result", CheckResults.write(said.result()));
    return bytes(said.release(), said.releaseDigest(), PredicateType.CHECK_RESULT, predicate);
  }

  private static ObjectNode about(ReleaseId release, Digest releaseDigest) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("release", release.toString())
        .put("releaseDigest", releaseDigest.toString());
  }

  private static void putPeriod(
      ObjectNode predicate, Instant issuedAt, Instant expiresAt, String nonce) {
    predicate
        .put("issuedAt", issuedAt.toString())
        .put("expiresAt", expiresAt.toString())
        .put("nonce", nonce);
  }

  /** Validates its own work, so that nobody signs what no gate would read. */
  private static byte[] bytes(
      ReleaseId release, Digest releaseDigest, PredicateType type, ObjectNode predicate) {
    PredicateSchemas.validate(type, predicate);
    return new Statement(release, releaseDigest, type, predicate).bytes();
  }
}
