package io.countersign.activities.check;

import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.release.Dossier;
import io.countersign.activities.release.Evidence;
import io.countersign.activities.release.Ledger;
import io.countersign.activities.signoff.CheckStatement;
import io.countersign.activity.CheckVerdict;
import io.countersign.check.CheckResult;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.Entry;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.record.NewEntry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Results of checks in the record: one of a check in a round, whoever made it. */
final class CheckBook {
  /** Bytes of an entry around its envelope. */
  private static final int OVERHEAD = 1024;

  private static final int FINDING_LENGTH = 200;

  private final ReleaseRecord record;
  private final Evidence evidence;
  private final Ledger ledger;

  CheckBook(ReleaseRecord record, Evidence evidence, Ledger ledger) {
    this.record = record;
    this.evidence = evidence;
    this.ledger = ledger;
  }

  /** Writes a result whose signature was verified, unless one stands there already. */
  void write(Dossier dossier, CheckStatement statement, byte[] envelope, String actor) {
    NewEntry entry = entry(dossier, statement, envelope, actor);
    try {
      record.entries().append(entry);
    } catch (GateException conflict) {
      // Another attempt was quicker; its result is as good, and it is the one that counts.
      if (conflict.type() != FailureType.RECORD_CONFLICT
          || recorded(dossier, statement.round(), statement.result().check()).isEmpty()) {
        throw conflict;
      }
    }
  }

  private NewEntry entry(Dossier dossier, CheckStatement statement, byte[] envelope, String actor) {
    CheckResult result = statement.result();
    // The entry would refuse it as well, but as a defect, and that is tried again and again.
    if (envelope.length > NewEntry.MAX_BODY - OVERHEAD) {
      throw new GateException(
          FailureType.OVERSIZED,
          result.check() + ": a result of " + envelope.length + " bytes does not fit");
    }
    return ledger.entry(
        dossier.id(),
        EntryKind.CHECK,
        actor,
        EntryKey.check(statement.round(), result.check()),
        body -> {
          body.put("outcome", result.outcome().toString());
          body.set("envelope", Ledger.tree(new String(envelope, StandardCharsets.UTF_8)));
        });
  }

  /** The result of a check in a round, verified again. */
  Optional<CheckVerdict> recorded(Dossier dossier, int round, String name) {
    return record.entries().entries(dossier.id(), Set.of(EntryKind.CHECK)).stream()
        .filter(entry -> entry.key().equals(EntryKey.check(round, name)))
        .findFirst()
        .flatMap(entry -> verdict(dossier, round, name, entry));
  }

  private Optional<CheckVerdict> verdict(Dossier dossier, int round, String name, Entry entry) {
    return evidence.checks(dossier, round).stream()
        .filter(result -> result.check().equals(name))
        .findFirst()
        .map(
            result ->
                new CheckVerdict(
                    name,
                    result.outcome().toString(),
                    summary(result),
                    entry.body().digest(),
                    findings(result)));
  }

  /** As they stand in the result: the gravest first. */
  private static @Nullable List<String> findings(CheckResult result) {
    if (result.findings().size() < 2) {
      return null;
    }
    return result.findings().stream()
        .limit(CheckVerdict.FINDINGS)
        .map(
            finding ->
                finding.severity()
                    + ": "
                    + CheckFindings.printable(finding.message(), FINDING_LENGTH))
        .toList();
  }

  private static String summary(CheckResult result) {
    return result.findings().isEmpty()
        ? "no findings"
        : result.findings().size() == 1
            ? result.findings().get(0).message()
            : result.findings().get(0).message()
                + " (and "
                + (result.findings().size() - 1)
                + " more)";
  }
}
