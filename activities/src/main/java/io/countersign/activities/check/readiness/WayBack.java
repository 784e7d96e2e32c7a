package io.countersign.activities.check.readiness;

import io.countersign.activities.check.CheckContext;
import io.countersign.activities.check.CheckFindings;
import io.countersign.activities.check.OtherRelease;
import io.countersign.activities.release.Standing;
import io.countersign.check.Severity;
import io.countersign.release.Manifest;
import io.countersign.release.Span;
import java.time.Instant;

/**
 * Where a rollback leads. The gate goes back to the predecessor and nowhere else, so a manifest
 * that names another release promises what nobody would get.
 */
record WayBack(CheckContext context, boolean exemptsFirst, CheckFindings found) {
  private static final String WHERE = "rollback.to";

  void judge() {
    Manifest.Rollback rollback = context.manifest().rollback();
    Manifest predecessor = context.predecessor();
    if (rollback == null) {
      if (predecessor == null && exemptsFirst) {
        found.note(
            "first-release",
            Severity.INFO,
            "a first release has no way back: a rollback leaves nothing live",
            WHERE);
      } else {
        found.fail(
            "no-rollback", Severity.HIGH, "the manifest names no release to go back to", WHERE);
      }
      return;
    }
    String to = rollback.to();
    found.measure("rollback.to", to);
    if (predecessor == null || !predecessor.metadata().version().equals(to)) {
      found.fail(
          "not-the-way-back",
          Severity.HIGH,
          "the manifest names "
              + to
              + ", a rollback leads to "
              + (predecessor == null ? "nothing" : predecessor.metadata().version()),
          WHERE);
    }
    context.world().otherRelease(to).ifPresentOrElse(other -> stands(to, other), () -> unknown(to));
  }

  private void unknown(String to) {
    found.fail("rollback-unknown", Severity.HIGH, "the record has no release " + to, WHERE);
  }

  private void stands(String to, OtherRelease other) {
    if (!other.wasLive()) {
      found.fail("rollback-never-live", Severity.HIGH, to + " was never live", WHERE);
    }
    if (other.standing() != Standing.CLEAR && other.standing() != Standing.STANDBY) {
      found.fail(
          "rollback-not-possible",
          Severity.HIGH,
          to + " is " + other.standing() + " and cannot be granted again",
          WHERE);
    }
    Span maxAge = context.tier().signOffs().maxAge();
    Instant approved = other.lastApproval();
    if (approved == null || approved.plus(maxAge.duration()).isBefore(context.world().now())) {
      found.note(
          "rollback-needs-sign-offs",
          Severity.LOW,
          "the sign-offs of "
              + to
              + " are older than "
              + maxAge
              + ": a rollback would wait for new ones",
          WHERE);
    }
  }
}
