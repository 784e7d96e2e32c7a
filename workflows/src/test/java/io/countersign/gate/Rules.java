package io.countersign.gate;

import io.countersign.activity.ExternalCheck;
import io.countersign.activity.Resolution;
import io.countersign.policy.GateFunction;
import io.countersign.policy.GatePolicy.Lifecycle;
import io.countersign.policy.GatePolicy.SignOffRules;
import io.countersign.policy.Requirement;
import io.countersign.release.Change;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.release.Span;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules that the tests' releases are frozen under. */
final class Rules {
  static final ReleaseId ONE = ReleaseId.parse("production/fraud-scorer/1");
  static final ReleaseId TWO = ReleaseId.parse("production/fraud-scorer/2");
  static final ReleaseId THREE = ReleaseId.parse("production/fraud-scorer/3");
  static final Digest DIGEST = World.digest("release");
  static final Span VALIDITY = Span.parse("30d");
  static final List<String> CHECKS =
      List.of(
          "mlops.artifact-integrity",
          "mlops.model-quality",
          "security.workload-identity",
          "security.scope-review",
          "risk.acceptable-use");

  /** The task queue of a worker that is not the gate's. */
  static final String OUTSIDE = "python-checks";

  static final Lifecycle LIFECYCLE =
      new Lifecycle(
          Span.parse("10m"),
          Span.parse("7d"),
          Span.parse("3d"),
          Span.parse("1h"),
          Span.parse("12h"),
          Span.parse("1h"),
          5);

  private Rules() {}

  /** The watch looks so seldom that a recorded life stays short. */
  static Resolution calm() {
    Resolution r = resolution(null);
    Lifecycle l = r.lifecycle();
    return new Resolution(
        r.releaseDigest(),
        r.submitter(),
        r.tier(),
        r.changes(),
        r.checks(),
        r.requirements(),
        r.signOffs(),
        new Lifecycle(
            l.cutoverGrace(),
            l.standby(),
            l.suspension(),
            l.identityProof(),
            Span.parse("10d"),
            l.sweep(),
            l.sweepLimit()),
        r.validity(),
        null);
  }

  static Resolution resolution(@Nullable ReleaseId predecessor) {
    return resolution(predecessor, GateFunction.MLOPS, GateFunction.SECURITY, GateFunction.RISK);
  }

  static Resolution resolution(@Nullable ReleaseId predecessor, GateFunction... functions) {
    return new Resolution(
        DIGEST,
        "subi@example.com",
        "customer-facing",
        List.of(Change.MODEL),
        CHECKS,
        List.of(functions).stream().map(f -> new Requirement(f, 1)).toList(),
        new SignOffRules(
            Span.parse("72h"), List.of(Span.parse("24h"), Span.parse("48h")), Span.parse("14d")),
        LIFECYCLE,
        VALIDITY,
        predecessor);
  }

  /** Where these checks are answered from other task queues. */
  static Resolution with(ExternalCheck... external) {
    Resolution r = resolution(null);
    List<String> checks = new ArrayList<>(CHECKS);
    List.of(external).forEach(one -> checks.add(one.check()));
    return new Resolution(
        r.releaseDigest(),
        r.submitter(),
        r.tier(),
        r.changes(),
        checks,
        r.requirements(),
        r.signOffs(),
        r.lifecycle(),
        r.validity(),
        null,
        List.of(external),
        null,
        null);
  }
}
