package io.countersign.activities.grant;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.port.CredentialBroker;
import io.countersign.activities.port.DocumentParser;
import io.countersign.activities.port.GateRules.Rules;
import io.countersign.activities.port.KeyReader;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.port.SignedStatements;
import io.countersign.activities.port.SubjectSource;
import io.countersign.activities.port.SubjectSources;
import io.countersign.activities.release.Dossier;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.release.Evidence;
import io.countersign.activities.release.FrozenRules;
import io.countersign.activities.release.Grounds;
import io.countersign.activities.release.JudgedDocuments;
import io.countersign.activities.release.Ledger;
import io.countersign.activities.signoff.CiIdentity;
import io.countersign.activities.signoff.Submission;
import io.countersign.check.CheckResult;
import io.countersign.decision.Review;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.EntryKind;
import io.countersign.record.IdentityProof;
import io.countersign.release.Digest;
import io.countersign.release.Manifest.Named;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Looks at everything again, right before access is given: bytes, scope, signatures, identity, and
 * the decision itself.
 */
public final class Reexamination {
  private final ReleaseRecord record;
  private final DocumentParser parser;
  private final KeyReader keys;
  private final SignedStatements statements;
  private final SubjectSources subjects;
  private final Progress progress;
  private final CredentialBroker broker;
  private final Evidence evidence;
  private final IdentityProving identity;
  private final FrozenRules frozenRules;
  private final Ledger ledger;

  public Reexamination(
      ReleaseRecord record,
      DocumentParser parser,
      KeyReader keys,
      SignedStatements statements,
      SubjectSources subjects,
      Progress progress,
      CredentialBroker broker,
      Evidence evidence,
      IdentityProving identity,
      FrozenRules frozenRules,
      Ledger ledger) {
    this.record = record;
    this.parser = parser;
    this.keys = keys;
    this.statements = statements;
    this.subjects = subjects;
    this.progress = progress;
    this.broker = broker;
    this.evidence = evidence;
    this.identity = identity;
    this.frozenRules = frozenRules;
    this.ledger = ledger;
  }

  /**
   * The decision on what is there now.
   *
   * @throws GateException SUBJECT_CHANGED or SCOPE_CHANGED when it is not what was signed off (I2);
   *     DIGEST_MISMATCH when an archived document is not; IDENTITY_NOT_PROVED when no workload has
   *     logged in; what {@link FrozenRules} refuses; RECORD_CONFLICT when the record contradicts
   *     itself
   */
  Grounds decide(Dossier dossier, Rules now) {
    requireSubmission(dossier);
    requireSubjects(dossier);
    requireIdentity(dossier);
    int round = record.releases().reviewRound(dossier.id());
    Digest signed =
        evidence
            .reviewDigest(dossier.id(), round)
            .orElseThrow(
                () ->
                    new GateException(
                        FailureType.SCOPE_CHANGED, "round " + round + " has no review yet"));
    List<CheckResult> checks = evidence.checks(dossier, round);
    SortedMap<String, String> scope =
        new TreeMap<>(broker.policies(dossier.manifest().access().policies()));
    frozenRules.require(dossier, now, scope);
    Review review = dossier.review(scope, checks);
    if (!review.digest().equals(signed)) {
      throw new GateException(
          FailureType.SCOPE_CHANGED,
          "the review is now " + review.digest() + ", signed was " + signed);
    }
    JudgedDocuments.requireArchived(record.documents(), dossier, checks);
    return Grounds.judged(
        round,
        dossier.requirements(signed, now),
        checks,
        evidence.signOffs(dossier.id(), now.keys()),
        ledger.now());
  }

  /**
   * The submission is verified with the keys of its time; a CI token is long over and was verified
   * when it was frozen.
   */
  private void requireSubmission(Dossier dossier) {
    byte[] envelope = dossier.frozen().submission().getBytes(StandardCharsets.UTF_8);
    byte[] approvers =
        record
            .documents()
            .document(dossier.frozen().approversDigest())
            .orElseThrow(
                () ->
                    new GateException(
                        FailureType.RECORD_CONFLICT, "the approvers file was not archived"));
    JsonNode told = submitted(dossier);
    Submission submission =
        statements.submission(
            envelope,
            keys.of(parser.approvers(approvers)),
            (token, audience, at) -> recordedRun(told),
            dossier.frozen().frozenAt());
    if (!submission.release().equals(dossier.id())
        || !submission.statementDigest().toString().equals(told.path("statement").asText())
        || !submission.releaseDigest().equals(dossier.frozen().releaseDigest())
        || (submission.submitter() instanceof Submission.Person person
            && !person.person().equals(dossier.frozen().submitter()))) {
      throw new GateException(
          FailureType.RECORD_CONFLICT, "the recorded submission is another one");
    }
  }

  private JsonNode submitted(Dossier dossier) {
    return record.entries().entries(dossier.id(), Set.of(EntryKind.SUBMITTED)).stream()
        .findFirst()
        .map(entry -> Dossiers.json(entry.body()))
        .orElseThrow(
            () ->
                new GateException(
                    FailureType.RECORD_CONFLICT, "the submission is not in the record"));
  }

  private static CiIdentity recordedRun(JsonNode told) {
    JsonNode run = told.path("ci");
    return new CiIdentity(
        run.path("rule").asText(),
        run.path("issuer").asText(),
        run.path("subject").asText(),
        run.path("tokenId").asText(),
        Instant.MAX,
        Map.of(),
        null);
  }

  private void requireSubjects(Dossier dossier) {
    SubjectSource source = subjects.under(dossier.policy());
    for (Named named : dossier.manifest().subjects().named()) {
      Digest found = source.digest(named.subject().uri(), progress).digest();
      if (!found.equals(named.subject().digest())) {
        throw new GateException(
            FailureType.SUBJECT_CHANGED,
            named.name() + ": found " + found + ", signed off was " + named.subject().digest());
      }
    }
  }

  /**
   * A workflow that was told of a proof that the record does not have waits here for a real one.
   */
  private void requireIdentity(Dossier dossier) {
    identity.prove(dossier.id());
    boolean proved =
        record
            .identities()
            .identityProof(dossier.id())
            .filter(proof -> sameIdentity(proof, dossier))
            .isPresent();
    if (!proved) {
      throw new GateException(
          FailureType.RECORD_CONFLICT, "the recorded proof is of another identity");
    }
  }

  private static boolean sameIdentity(IdentityProof proof, Dossier dossier) {
    return proof.subject().equals(dossier.system().subject())
        && proof.audience().equals(dossier.system().audience());
  }
}
