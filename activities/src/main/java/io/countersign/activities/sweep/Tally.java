package io.countersign.activities.sweep;

import io.countersign.activity.SweepReport;
import io.countersign.activity.SweepReport.Finding;
import io.countersign.activity.SweepReport.Reason;
import io.countersign.activity.SweepReport.Result;
import io.countersign.activity.SweepReport.Status;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.Slot;
import io.countersign.grant.SystemRef;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what one pass finds. */
final class Tally {
  private final Instant at;
  private final List<Finding> findings = new ArrayList<>();
  private Status status = Status.DONE;
  private int grants;
  private int slots;
  private int inOrder;

  Tally(Instant at) {
    this.at = at;
  }

  Instant at() {
    return at;
  }

  void lookedAt(int openGrants, int inspectedSlots) {
    grants = openGrants;
    slots = inspectedSlots;
  }

  void blastRadius() {
    status = Status.BLAST_RADIUS;
  }

  void inOrder() {
    inOrder++;
  }

  void left(
      SystemRef system, @Nullable Slot slot, @Nullable ReleaseId of, Reason reason, String why) {
    add(system, slot, of, reason, Result.LEFT, null, why);
  }

  void left(Suspect suspect, String why) {
    each(suspect, Result.LEFT, null, why);
  }

  void revoked(Suspect suspect, String how) {
    each(suspect, Result.REVOKED, null, how);
  }

  void failed(Suspect suspect, GateException failure) {
    each(suspect, Result.FAILED, failure.type(), detail(failure));
  }

  void failed(
      SystemRef system, @Nullable Slot slot, @Nullable ReleaseId of, GateException failure) {
    add(system, slot, of, Reason.UNKNOWN, Result.FAILED, failure.type(), detail(failure));
  }

  void refused(Suspect suspect, FailureType type, String why) {
    each(suspect, Result.REFUSED, type, why);
  }

  void refused(
      SystemRef system, Slot slot, ReleaseId of, Reason reason, FailureType type, String why) {
    add(system, slot, of, reason, Result.REFUSED, type, why);
  }

  /** What is in trouble comes first, so that a cut report still shows it. */
  SweepReport report() {
    return new SweepReport(
        at,
        status,
        grants,
        slots,
        inOrder + count(Result.LEFT),
        count(Result.REVOKED),
        count(Result.FAILED),
        count(Result.REFUSED),
        findings.stream()
            .sorted(Comparator.comparing(Finding::result, Comparator.reverseOrder()))
            .toList());
  }

  static String detail(GateException failure) {
    return String.valueOf(failure.getMessage()).substring(failure.type().name().length() + 2);
  }

  private int count(Result result) {
    return (int) findings.stream().filter(finding -> finding.result() == result).count();
  }

  private void each(Suspect suspect, Result result, @Nullable FailureType type, String detail) {
    if (suspect.releases().isEmpty()) {
      add(suspect.system(), suspect.slot(), null, suspect.reason(), result, type, detail);
    }
    for (ReleaseId release : suspect.releases()) {
      add(suspect.system(), suspect.slot(), release, suspect.reason(), result, type, detail);
    }
  }

  private void add(
      SystemRef system,
      @Nullable Slot slot,
      @Nullable ReleaseId release,
      Reason reason,
      Result result,
      @Nullable FailureType type,
      String detail) {
    findings.add(
        new Finding(
            system.environment(), system.system(), slot, release, reason, result, type, detail));
  }
}
