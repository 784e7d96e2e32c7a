package io.countersign.gate;

import static io.countersign.gate.Rules.ONE;
import static io.countersign.gate.Rules.TWO;

import io.countersign.activity.CheckRequest;
import io.countersign.activity.CheckVerdict;
import io.countersign.activity.DecisionView;
import io.countersign.activity.ExternalCheck;
import io.countersign.activity.ExternalCheckActivities.Admission;
import io.countersign.activity.ExternalCheckActivities.Preparation;
import io.countersign.activity.ExternalCheckActivities.Prepared;
import io.countersign.activity.GrantActivities.Drift;
import io.countersign.activity.GrantActivities.GrantOutcome;
import io.countersign.activity.GrantActivities.GrantRequest;
import io.countersign.activity.GrantActivities.GrantStatus;
import io.countersign.activity.GrantActivities.IdentityProved;
import io.countersign.activity.GrantActivities.IdentityRequest;
import io.countersign.activity.GrantActivities.RevokeOutcome;
import io.countersign.activity.GrantActivities.RevokeRequest;
import io.countersign.activity.GrantActivities.WatchReport;
import io.countersign.activity.GrantActivities.WatchRequest;
import io.countersign.activity.MessageActivities.AssessRequest;
import io.countersign.activity.MessageOutcome;
import io.countersign.activity.RecordActivities.Telling;
import io.countersign.activity.SubmissionActivities.ReviewOutcome;
import io.countersign.activity.SubmissionActivities.ReviewRequest;
import io.countersign.failure.FailureType;
import io.countersign.grant.Slot;
import io.countersign.policy.GateFunction;
import io.countersign.policy.Requirement;
import io.countersign.record.EntryKind;
import io.countersign.release.Change;
import io.countersign.release.GateState;
import io.countersign.release.Span;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One value of each type that crosses Temporal, with every field set. */
final class PayloadSamples {
  private static final Instant NOON = Instant.parse("2026-11-10T12:00:00.123456Z");
  private static final DecisionView DECISION =
      new DecisionView(
          DecisionView.Status.PENDING,
          List.of(new Requirement(GateFunction.RISK, 2)),
          List.of("mlops.model-quality"),
          FailureType.REJECTED,
          "why");
  private static final CheckVerdict VERDICT =
      new CheckVerdict("mlops.model-quality", "fail", "auc is 0.8", World.digest("statement"));

  private PayloadSamples() {}

  static Map<String, Object> all() {
    Map<String, Object> all = new TreeMap<>();
    for (Object sample :
        List.<Object>of(
            Stage.submission(ONE),
            new GateInput(Stage.submission(ONE), memory()),
            Rules.resolution(TWO),
            new CheckRequest(ONE, 2),
            VERDICT,
            new ExternalCheck(
                "risk.bias",
                "python-checks",
                Span.parse("5m"),
                Span.parse("10m"),
                Span.parse("30s"),
                3),
            new Preparation(ONE, 2, "risk.bias"),
            new Prepared(2, "{\"round\":2}", null),
            new Admission(ONE, 2, "risk.bias", "{\"payload\":\"…\"}"),
            new ReviewRequest(ONE, 2),
            new ReviewOutcome(World.digest("review"), DECISION),
            new AssessRequest(ONE, GateState.LIVE, "{\"payload\":\"…\"}"),
            new MessageOutcome(
                FailureType.OVER_AGE,
                SignOffDecision.TAKE_BACK,
                GateFunction.SECURITY,
                OrderKind.ROLLBACK,
                TWO,
                "sam@example.com",
                World.digest("statement"),
                "detail",
                DECISION,
                null),
            new IdentityRequest(ONE),
            new IdentityProved(NOON),
            new GrantRequest(ONE, 3, "0197d2b0-0000-7000-8000-000000000000"),
            new GrantOutcome(
                GrantStatus.NO_SLOT,
                Slot.B,
                "grant",
                NOON,
                NOON.plusSeconds(60),
                FailureType.NO_FREE_SLOT,
                "detail",
                DECISION,
                NOON.plusSeconds(90),
                TWO),
            new RevokeRequest(ONE, 3, GateState.STANDBY, "reason"),
            new RevokeOutcome(NOON, List.of("fraud-read")),
            new WatchRequest(ONE, 3),
            new WatchReport(Drift.COULD_NOT_LOOK, "detail", TWO, true),
            new Telling(ONE, EntryKind.ALARM, "alarm/1/1", GateState.REVOKING, "detail"),
            new Receipt(ONE, GateState.LIVE, World.digest("statement"), "detail", DECISION),
            view())) {
      all.put(sample.getClass().getSimpleName(), sample);
    }
    return all;
  }

  private static Memory memory() {
    Memory m = new Memory();
    m.state = GateState.GRANTING;
    m.reasonType = FailureType.NOT_APPROVED;
    m.reason = "reason";
    m.resolution = Rules.resolution(TWO);
    m.round = 2;
    m.checking = true;
    m.checks = new ArrayList<>(List.of(VERDICT));
    m.reviewDigest = World.digest("review");
    m.decision = DECISION;
    m.signOffsFrom = NOON;
    m.remindersSent = 1;
    m.identityProvedAt = NOON;
    m.said =
        new ArrayList<>(List.of(new Memory.Said(NOON, "sam@example.com", "approve risk", null)));
    m.refusals = 3;
    m.unreadable = 4;
    m.alarms = 5;
    m.pending = new ArrayList<>(List.of(new Inbox.Carried("{\"payload\":\"…\"}", true)));
    m.generation = 2;
    m.armed = true;
    m.slot = Slot.A;
    m.grantId = "grant";
    m.liveAt = NOON;
    m.expiresAt = NOON.plusSeconds(60);
    m.lastWatch = NOON;
    m.successor = TWO;
    m.cutoverEndsAt = NOON;
    m.overcome = TWO;
    m.after = GateState.SUSPENDED;
    m.passOn = "{\"payload\":\"…\"}";
    m.fallback = GateState.STANDBY;
    m.doubt = "doubt";
    m.grantDeadline = NOON;
    m.waitsUntil = NOON;
    m.revokedAt = NOON;
    m.trouble = "trouble";
    return m;
  }

  /** A memory of what versions after 0.1 remember as well. */
  static Memory later() {
    Memory m = new Memory();
    m.endsBy = "the waiver of mlops.model-quality by maya@example.com";
    m.endReminders = 2;
    m.frozenUntil = NOON;
    m.reviewBy = NOON;
    m.reviewReminders = 1;
    return m;
  }

  private static GateView view() {
    Memory m = memory();
    return new GateView(
        ONE,
        Rules.DIGEST,
        m.state,
        m.reasonType,
        m.reason,
        "subi@example.com",
        "customer-facing",
        List.of(Change.SCOPE_WIDENED),
        TWO,
        m.successor,
        m.round,
        m.reviewDigest,
        m.checks,
        m.said,
        m.refusals,
        m.unreadable,
        m.decision,
        NOON,
        m.identityProvedAt,
        m.generation,
        m.slot,
        m.grantId,
        m.liveAt,
        m.expiresAt,
        m.cutoverEndsAt,
        m.waitsUntil,
        m.revokedAt,
        m.trouble,
        null,
        null);
  }
}
