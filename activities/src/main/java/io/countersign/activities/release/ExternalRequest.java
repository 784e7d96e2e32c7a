package io.countersign.activities.release;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.signoff.CheckStatement;
import io.countersign.check.CheckResult;
import io.countersign.check.Evidence;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy.CheckRule;
import io.countersign.record.Entry;
import io.countersign.release.CanonicalJson;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import io.countersign.release.Manifest.Named;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What the worker of an external check is asked, and whether a statement answers exactly that. The
 * request follows from the record alone, so that gate and auditor make the same one again: a worker
 * that was asked something else, by whoever may write to Temporal, signs another digest.
 *
 * @param text canonical JSON (RFC 8785), described in docs/external-checks.md; the form of a
 *     version is never changed, because its digest stands in signed results
 * @param frozenAt when the rules were written into the record: nobody could be asked before
 */
public record ExternalRequest(
    Dossier dossier, String check, int round, String text, Instant frozenAt) {
  private static final String DOMAIN = "countersign.io/check-request/v1\n";
  private static final int NONCE = 32;

  /** Clocks of other people's machines. */
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(2);

  /**
   * The request for one check in one round.
   *
   * @param resolved the entry with which the release was frozen: its hash makes the request one of
   *     this record, and nobody knows it before
   */
  public static ExternalRequest of(Dossier dossier, CheckRule rule, int round, Entry resolved) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request
        .put("apiVersion", "countersign.io/v1")
        .put("kind", "CheckRequest")
        .put("check", rule.check())
        .put("release", dossier.id().toString())
        .put("releaseDigest", dossier.frozen().releaseDigest().toString())
        .put("round", round)
        .put("nonce", nonce(rule.check(), round, resolved));
    JsonNode manifest = Dossiers.json(dossier.frozen().manifest());
    ObjectNode subjects = request.putObject("subjects");
    for (Named named : dossier.manifest().subjects().named()) {
      JsonNode subject = manifest.path("subjects").path(named.name());
      subjects
          .putObject(named.name())
          .put("uri", subject.path("uri").asText())
          .put("digest", subject.path("digest").asText());
    }
    JsonNode documents = manifest.path("evidence");
    request.set("evidence", documents.isObject() ? documents : request.objectNode());
    ObjectNode with = request.putObject("with");
    rule.with().forEach(with::set);
    return new ExternalRequest(
        dossier,
        rule.check(),
        round,
        new String(CanonicalJson.bytes(request), StandardCharsets.UTF_8),
        resolved.at());
  }

  private static String nonce(String check, int round, Entry resolved) {
    String text = DOMAIN + resolved.hash() + "\n" + round + "\n" + check;
    return Digest.of(text.getBytes(StandardCharsets.UTF_8)).hex().substring(0, NONCE);
  }

  /** What an answer names as {@code request}. */
  public Digest digest() {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Requires that a statement, whose signature was verified, answers this request.
   *
   * @param at when it came into the record, or comes
   * @throws GateException WRONG_RELEASE, WRONG_REQUEST, NOT_YET_VALID, OVER_AGE; OUTSIDE_POLICY for
   *     evidence that is neither a subject nor a document of the manifest, and for none;
   *     DIGEST_MISMATCH for a subject of another digest
   */
  public void requireAnswer(CheckStatement statement, Instant at) {
    if (!statement.release().equals(dossier.id())
        || !statement.releaseDigest().equals(dossier.frozen().releaseDigest())) {
      throw new GateException(FailureType.WRONG_RELEASE, "it is about another release");
    }
    CheckResult result = statement.result();
    if (!result.check().equals(check)
        || statement.round() != round
        || !digest().equals(statement.request())) {
      throw new GateException(
          FailureType.WRONG_REQUEST, "it answers another request than the one that was made");
    }
    if (statement.finishedAt().isAfter(at.plus(CLOCK_SKEW))) {
      throw new GateException(FailureType.NOT_YET_VALID, "it ends after it came");
    }
    if (statement.startedAt().isBefore(frozenAt.minus(CLOCK_SKEW))) {
      throw new GateException(FailureType.OVER_AGE, "it began before it could be asked for");
    }
    if (result.evidence().isEmpty()) {
      throw new GateException(FailureType.OUTSIDE_POLICY, "it names nothing that was looked at");
    }
    result.evidence().forEach(this::requireKnown);
  }

  /** What is named is what the release is made of: the gate can read and keep nothing else. */
  private void requireKnown(Evidence evidence) {
    for (Named named : dossier.manifest().subjects().named()) {
      if (evidence.name().equals(named.subject().uri()) || evidence.name().equals(named.name())) {
        if (!evidence.digest().equals(named.subject().digest())) {
          throw new GateException(
              FailureType.DIGEST_MISMATCH, named.name() + ": it looked at other bytes");
        }
        return;
      }
    }
    if (!documents(dossier).contains(evidence.name())) {
      throw new GateException(
          FailureType.OUTSIDE_POLICY,
          "it names evidence that is neither a subject nor an evidence document of the release");
    }
  }

  /** The evidence documents of a release, by URI. */
  public static List<String> documents(Dossier dossier) {
    Manifest.Evidence evidence = dossier.manifest().evidence();
    return evidence == null ? List.of() : evidence.documents();
  }
}
