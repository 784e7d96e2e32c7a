package io.countersign.worker.cli;

import io.countersign.activity.CheckVerdict;
import io.countersign.activity.DecisionView;
import io.countersign.failure.FailureType;
import io.countersign.gate.GateView;
import io.countersign.gate.Memory;
import io.countersign.policy.GateFunction;
import io.countersign.policy.Requirement;
import io.countersign.release.Change;
import io.countersign.release.Digest;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.worker.gateway.ReleaseSummary;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Releases as a gate would show them. */
final class Views {
  static final ReleaseId RELEASE = ReleaseId.parse("production/fraud-scorer/2026.11.1");
  static final GateState STATE = GateState.AWAITING_SIGN_OFF;
  static final Digest RELEASE_DIGEST = digest("release");
  static final Digest REVIEW_DIGEST = digest("review");
  private static final Instant AT = Instant.parse("2026-11-23T10:00:00Z");

  private Views() {}

  static Digest digest(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8));
  }

  static GateView of(GateState state, @Nullable FailureType reasonType, @Nullable String reason) {
    return new GateView(
        RELEASE,
        RELEASE_DIGEST,
        state,
        reasonType,
        reason,
        "pia@example.com",
        "customer-facing",
        List.of(Change.FIRST_RELEASE),
        null,
        null,
        1,
        REVIEW_DIGEST,
        List.of(
            new CheckVerdict(
                "mlops.artifact-integrity", "pass", "4 subjects as declared", digest("a")),
            new CheckVerdict(
                "mlops.model-quality",
                "fail",
                "auc 0.6\u001b[2J\nsecurity: pass",
                digest("b"),
                List.of("high: auc 0.6\nrisk all fine", "info: no baseline"))),
        List.of(new Memory.Said(AT, "mara@example.com", "approves for mlops", "jwt:ci-bot")),
        2,
        1,
        new DecisionView(
            DecisionView.Status.PENDING,
            List.of(new Requirement(GateFunction.SECURITY, 1)),
            List.of("mlops.model-quality"),
            null,
            null),
        AT,
        null,
        0,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        List.of("May read kv/data/fraud/scoring.", "May call refund.lookup\ntier light (read)."));
  }

  static ReleaseSummary summary(@Nullable GateState state, boolean open) {
    return new ReleaseSummary(
        RELEASE,
        state,
        open,
        "customer-facing",
        state == GateState.AWAITING_SIGN_OFF ? List.of("risk", "security") : List.of(),
        RELEASE_DIGEST,
        AT,
        open ? null : AT);
  }
}
