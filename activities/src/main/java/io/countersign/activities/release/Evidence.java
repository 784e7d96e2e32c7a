package io.countersign.activities.release;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.port.CheckSigner;
import io.countersign.activities.port.KeyDirectory;
import io.countersign.activities.port.KeyReader;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.port.SignedStatements;
import io.countersign.activities.signoff.CheckStatement;
import io.countersign.check.CheckResult;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy.CheckRule;
import io.countersign.record.Entry;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.record.GrantState;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.SignOff;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Reads signed statements back from the record and verifies every one of them again (I3). */
public final class Evidence {
  private final ReleaseRecord record;
  private final SignedStatements statements;
  private final CheckSigner workers;
  private final KeyReader keys;

  public Evidence(
      ReleaseRecord record, SignedStatements statements, CheckSigner workers, KeyReader keys) {
    this.record = record;
    this.statements = statements;
    this.workers = workers;
    this.keys = keys;
  }

  /**
   * Begins a round of checks, or goes on with the one that was begun last, which it answers: a run
   * that was reset asks for a round that is over. What was granted is not reviewed anew: a round
   * without a review would void the one that people signed.
   */
  public int begin(Dossier dossier, int asked) {
    int current = record.releases().reviewRound(dossier.id());
    int round = asked < 1 ? asked : Math.max(asked, current);
    boolean granted =
        record.grants().grants(dossier.id()).stream()
            .anyMatch(grant -> grant.liveAt() != null || grant.state() != GrantState.REVOKED);
    if (granted && round > current) {
      throw new GateException(FailureType.NOT_NOW, "the release was granted after its review");
    }
    return record.releases().beginReviewRound(dossier.id(), round);
  }

  /** The check results of one round; a statement about anything else is RECORD_CONFLICT. */
  public List<CheckResult> checks(Dossier dossier, int round) {
    List<CheckResult> results = new ArrayList<>();
    for (Entry entry : record.entries().entries(dossier.id(), Set.of(EntryKind.CHECK))) {
      if (entry.key().text().startsWith("check/" + round + "/")) {
        results.add(verified(dossier, round, entry).result());
      }
    }
    return results;
  }

  /** How the check results of one round are named, in the order of the record. */
  List<Digest> checkStatements(ReleaseId release, int round) {
    return record.entries().entries(release, Set.of(EntryKind.CHECK)).stream()
        .filter(entry -> entry.key().text().startsWith("check/" + round + "/"))
        .map(entry -> statements.names(envelope(entry)).statement())
        .toList();
  }

  /** What the worker of an external check is asked in this round. */
  public ExternalRequest request(Dossier dossier, CheckRule rule, int round) {
    Entry resolved =
        record.entries().entries(dossier.id(), Set.of(EntryKind.RESOLVED)).stream()
            .findFirst()
            .orElseThrow(
                () ->
                    new GateException(
                        FailureType.RECORD_CONFLICT,
                        "the rules of the release are not in the record"));
    return ExternalRequest.of(dossier, rule, round, resolved);
  }

  /**
   * A result under the keys of its frozen rule, and only those: an external worker does not speak
   * for a check of the gate's, nor the gate for one that somebody else answers.
   */
  private CheckStatement verified(Dossier dossier, int round, Entry entry) {
    Optional<CheckRule> external =
        dossier.tier().checks().stream()
            .filter(rule -> entry.key().equals(EntryKey.check(round, rule.check())))
            .filter(rule -> rule.worker() != null)
            .findFirst();
    CheckStatement statement =
        external.isPresent()
            ? answered(dossier, external.get(), round, entry)
            : signed(envelope(entry));
    boolean same =
        statement.release().equals(dossier.id())
            && statement.releaseDigest().equals(dossier.frozen().releaseDigest())
            && statement.round() == round
            && (statement.request() == null) == external.isEmpty()
            && entry.key().equals(EntryKey.check(round, statement.result().check()));
    if (!same) {
      throw new GateException(
          FailureType.RECORD_CONFLICT, "a check result in the record is about something else");
    }
    return statement;
  }

  private CheckStatement answered(Dossier dossier, CheckRule rule, int round, Entry entry) {
    CheckStatement statement =
        statements.checkResult(
            envelope(entry), keys.of(Objects.requireNonNull(rule.worker(), "worker")));
    try {
      request(dossier, rule, round).requireAnswer(statement, entry.at());
    } catch (GateException another) {
      throw new GateException(
          FailureType.RECORD_CONFLICT,
          "a check result in the record answers something else",
          another);
    }
    return statement;
  }

  /** Another worker may have signed with a version of the key that is newer than what was read. */
  private CheckStatement signed(byte[] envelope) {
    try {
      return statements.checkResult(envelope, workers.workers());
    } catch (GateException e) {
      if (e.type() != FailureType.UNKNOWN_KEY && e.type() != FailureType.BAD_SIGNATURE) {
        throw e;
      }
      return statements.checkResult(envelope, workers.workersNow());
    }
  }

  /**
   * The accepted sign-offs in order of arrival. One whose signer's key is no longer listed cannot
   * be verified any more and is left out: it does not count.
   */
  public List<SignOff> signOffs(ReleaseId release, KeyDirectory keys) {
    List<SignOff> signOffs = new ArrayList<>();
    for (Entry entry : record.entries().signOffs(release)) {
      try {
        signOffs.add(statements.signOff(envelope(entry), keys));
      } catch (GateException e) {
        boolean unlisted =
            e.type() == FailureType.UNKNOWN_PERSON
                || e.type() == FailureType.UNKNOWN_KEY
                || e.type() == FailureType.BAD_SIGNATURE;
        if (!unlisted) {
          throw e;
        }
      }
    }
    return signOffs;
  }

  /** The review that people sign off in this round, once it exists. */
  public Optional<Digest> reviewDigest(ReleaseId release, int round) {
    return record.entries().entries(release, Set.of(EntryKind.REVIEW)).stream()
        .filter(entry -> entry.key().equals(reviewKey(round)))
        .findFirst()
        .map(entry -> Digest.parse(Dossiers.json(entry.body()).path("reviewDigest").asText()));
  }

  /** The body of the review of this round. */
  public Optional<JsonNode> reviewDocument(ReleaseId release, int round) {
    return record.entries().entries(release, Set.of(EntryKind.REVIEW)).stream()
        .filter(entry -> entry.key().equals(reviewKey(round)))
        .findFirst()
        .map(entry -> Dossiers.json(entry.body()).path("review"));
  }

  static EntryKey reviewKey(int round) {
    return new EntryKey("review/" + round);
  }

  private static byte[] envelope(Entry entry) {
    return Dossiers.json(entry.body()).path("envelope").toString().getBytes(StandardCharsets.UTF_8);
  }
}
