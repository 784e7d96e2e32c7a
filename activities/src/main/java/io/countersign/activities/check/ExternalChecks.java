package io.countersign.activities.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.port.KeyReader;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.port.SignedStatements;
import io.countersign.activities.port.SubjectSource;
import io.countersign.activities.port.SubjectSources;
import io.countersign.activities.release.Dossier;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.release.Evidence;
import io.countersign.activities.release.ExternalRequest;
import io.countersign.activities.release.Ledger;
import io.countersign.activities.signoff.CheckStatement;
import io.countersign.activity.CheckVerdict;
import io.countersign.activity.ExternalCheckActivities;
import io.countersign.activity.GateJson;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.failure.GateFailures;
import io.countersign.policy.ExternalWorker;
import io.countersign.policy.GatePolicy.CheckRule;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.release.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/**
 * Asks external workers and judges their answers. An answer counts when a key of the frozen rule
 * has signed it, it answers exactly the request that the record gives, and what it says it read is
 * what the gate reads. Everything else is recorded as refused, and the check is broken: whoever
 * lies, cannot sign or writes to Temporal ends a release in FAILED, and passes nothing (I3).
 */
public final class ExternalChecks implements ExternalCheckActivities {
  /** Most bytes of an answer; findings are for people, reports stay where they are. */
  static final int ANSWER_LIMIT = 128 * 1024;

  /** Entries for refused answers of one release; further ones are counted. */
  private static final int REFUSALS = 100;

  private static final int DETAIL_LIMIT = 300;

  private final Dossiers dossiers;
  private final Evidence evidence;
  private final ReleaseRecord record;
  private final SubjectSources sources;
  private final Progress progress;
  private final SignedStatements statements;
  private final KeyReader keys;
  private final Ledger ledger;
  private final CheckBook book;

  public ExternalChecks(
      Dossiers dossiers,
      Evidence evidence,
      ReleaseRecord record,
      SubjectSources sources,
      Progress progress,
      SignedStatements statements,
      KeyReader keys,
      Ledger ledger) {
    this.dossiers = dossiers;
    this.evidence = evidence;
    this.record = record;
    this.sources = sources;
    this.progress = progress;
    this.statements = statements;
    this.keys = keys;
    this.ledger = ledger;
    this.book = new CheckBook(record, evidence, ledger);
  }

  @Override
  public Prepared prepare(Preparation asked) {
    Dossier dossier = dossiers.of(asked.release());
    CheckRule rule = rule(dossier, asked.check());
    int round = evidence.begin(dossier, asked.round());
    Optional<CheckVerdict> before = book.recorded(dossier, round, rule.check());
    return before.isPresent()
        ? new Prepared(round, null, before.get())
        : new Prepared(round, evidence.request(dossier, rule, round).text(), null);
  }

  @Override
  public CheckVerdict admit(Admission admission) {
    Dossier dossier = dossiers.of(admission.release());
    CheckRule rule = rule(dossier, admission.check());
    int round = evidence.begin(dossier, admission.round());
    Optional<CheckVerdict> before = book.recorded(dossier, round, rule.check());
    if (before.isPresent()) {
      return before.get();
    }
    try {
      byte[] envelope = envelope(admission.answer());
      CheckStatement statement = statements.checkResult(envelope, keys.of(worker(rule)));
      evidence.request(dossier, rule, round).requireAnswer(statement, ledger.now());
      archive(dossier, statement);
      book.write(dossier, statement, envelope, actor(rule));
    } catch (GateException failure) {
      if (failure.type().retryable()) {
        throw failure;
      }
      throw refused(dossier, rule, admission, failure);
    }
    return book.recorded(dossier, round, rule.check()).orElseThrow();
  }

  private static CheckRule rule(Dossier dossier, String check) {
    return dossier.tier().checks().stream()
        .filter(rule -> rule.check().equals(check) && rule.worker() != null)
        .findFirst()
        .orElseThrow(
            () ->
                new GateException(
                    FailureType.UNKNOWN_CHECK,
                    "this is no external check of tier " + dossier.tier().name()));
  }

  private static ExternalWorker worker(CheckRule rule) {
    return Objects.requireNonNull(rule.worker());
  }

  private static String actor(CheckRule rule) {
    return "external:" + worker(rule).taskQueue();
  }

  /** The envelope, sent as a JSON object or as a string that holds one. */
  private static byte[] envelope(String answer) {
    byte[] json = answer.getBytes(StandardCharsets.UTF_8);
    if (json.length > ANSWER_LIMIT) {
      throw new GateException(
          FailureType.OVERSIZED,
          "the answer has " + json.length + " bytes, allowed are " + ANSWER_LIMIT);
    }
    if (!answer.startsWith("\"")) {
      return json;
    }
    try {
      JsonNode text = GateJson.mapper().readTree(answer);
      return text.asText().getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new GateException(FailureType.UNREADABLE, "the answer is not JSON", e);
    }
  }

  /** Documents are judged as the gate keeps them, so the gate reads them itself. */
  private void archive(Dossier dossier, CheckStatement statement) {
    SubjectSource source = new ArchivedSource(sources.under(dossier.policy()), record.documents());
    for (io.countersign.check.Evidence named : statement.result().evidence()) {
      if (!ExternalRequest.documents(dossier).contains(named.name())) {
        continue;
      }
      if (!Digest.of(source.document(named.name(), progress)).equals(named.digest())) {
        throw new GateException(
            FailureType.DIGEST_MISMATCH, "it read another evidence document than the gate reads");
      }
    }
  }

  private RuntimeException refused(
      Dossier dossier, CheckRule rule, Admission admission, GateException failure) {
    Digest answer = Digest.of(admission.answer().getBytes(StandardCharsets.UTF_8));
    String detail = GateFailures.detailOf(GateFailures.of(failure));
    String shown =
        detail.length() > DETAIL_LIMIT ? detail.substring(0, DETAIL_LIMIT) + "…" : detail;
    record
        .entries()
        .recordRefusal(
            ledger.entry(
                dossier.id(),
                EntryKind.REFUSAL,
                actor(rule),
                EntryKey.refusal(answer, failure.type()),
                body ->
                    body.put("type", failure.type().name())
                        .put("statement", answer.toString())
                        .put("check", rule.check())
                        .put("detail", shown)),
            REFUSALS);
    return GateFailures.lasting(
        FailureType.CHECK_BROKEN,
        rule.check()
            + " from task queue "
            + worker(rule).taskQueue()
            + ": the answer was refused, "
            + failure.type()
            + ": "
            + shown);
  }
}
