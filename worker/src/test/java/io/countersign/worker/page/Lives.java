package io.countersign.worker.page;

import io.countersign.check.Finding;
import io.countersign.check.Severity;
import io.countersign.failure.FailureType;
import io.countersign.policy.GateFunction;
import io.countersign.record.EntryKind;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import java.time.Duration;
import java.util.Map;

/** Lives of releases, as records. */
final class Lives {
  private static final String FIRST = "0b9d1c1e-6b5e-4a53-9f0e-3f6f2a6c9d01";

  private Lives() {}

  /** Approved by four people, live for two days, rolled back, its access proved dead. */
  static Script rolledBack() {
    return live(new Script())
        .after(Duration.ofHours(50))
        .ordered("otto@example.com", OrderKind.ROLLBACK, "Scores are wrong since 02:40.")
        .revocation(FIRST, "ROLLED_BACK", "otto@example.com orders rollback")
        .after(Duration.ofSeconds(1))
        .proved(FIRST)
        .told(EntryKind.STATE, "ROLLED_BACK", "otto@example.com orders rollback")
        .told(EntryKind.COMPLETE, "ROLLED_BACK", "otto@example.com orders rollback");
  }

  static Script live(Script script) {
    return checked(script)
        .after(Duration.ofMinutes(12))
        .signOff(
            "mara@example.com",
            GateFunction.MLOPS,
            SignOffDecision.APPROVE,
            "Evaluation holds; recall is two points better.")
        .after(Duration.ofMinutes(31))
        .refused("pia@example.com", FailureType.OWN_RELEASE, FailureType.OWN_RELEASE.sentence())
        .signOff(
            "sven@example.com",
            GateFunction.SECURITY,
            SignOffDecision.APPROVE,
            "Scope is two paths, read only.\nRefund is new: agreed with payments.")
        .after(Duration.ofMinutes(4))
        .identityProved()
        .after(Duration.ofHours(3))
        .signOff(
            "sina@example.com", GateFunction.SECURITY, SignOffDecision.APPROVE, "Agreed with Sven.")
        .after(Duration.ofMinutes(9))
        .signOff(
            "rita@example.com",
            GateFunction.RISK,
            SignOffDecision.APPROVE,
            "An analyst decides every case.")
        .decided("APPROVED", null)
        .after(Duration.ofSeconds(2))
        .granted(FIRST, "b")
        .told(EntryKind.STATE, "LIVE", "granted in slot b");
  }

  /** Checks are done and people are asked. */
  static Script checked(Script script) {
    return script
        .submitted("model", "scope-widened", "tools-widened")
        .after(Duration.ofSeconds(1))
        .check("mlops.artifact-integrity", Map.of("subjects", "4", "bytes", "1048576"))
        .check(
            "mlops.model-quality",
            Map.of("auc", "0.861", "recall", "0.64", "sampleSize", "1200"),
            new Finding(
                "near-threshold",
                Severity.MEDIUM,
                "recall of the smallest group is 0.03 above its threshold",
                "reports/2/metrics.json"))
        .check("security.workload-identity", Map.of("slots", "2"))
        .check(
            "security.scope-review",
            Map.of("paths", "2"),
            new Finding(
                "scope-widened",
                Severity.MEDIUM,
                "a path is new: kv/data/fraud/refund-api, read",
                "fraud-refund"),
            new Finding("read-only", Severity.INFO, "all capabilities are read", null))
        .check("risk.acceptable-use", Map.of())
        .reviewed(1);
  }

  /** Somebody said no. */
  static Script rejected() {
    return checked(new Script())
        .after(Duration.ofMinutes(5))
        .signOff(
            "rita@example.com",
            GateFunction.RISK,
            SignOffDecision.REJECT,
            "Nobody reviewed the refund limit.")
        .decided("REJECTED", "rita@example.com rejects for risk")
        .told(EntryKind.COMPLETE, "REJECTED", "rita@example.com rejects");
  }
}
