package io.countersign.gate;

import io.countersign.activity.CheckVerdict;
import io.countersign.activity.DecisionView;
import io.countersign.failure.FailureType;
import io.countersign.grant.Slot;
import io.countersign.release.Change;
import io.countersign.release.Digest;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything about one release that a person or a program asks the gate for. Holds no secret. */
public record GateView(
    ReleaseId release,
    Digest releaseDigest,
    GateState state,
    @Nullable FailureType reasonType,
    @Nullable String reason,
    @Nullable String submitter,
    @Nullable String tier,
    List<Change> changes,
    @Nullable ReleaseId predecessor,
    @Nullable ReleaseId successor,
    int round,
    @Nullable Digest reviewDigest,
    List<CheckVerdict> checks,
    List<Memory.Said> said,
    int refusals,
    int unreadable,
    @Nullable DecisionView decision,
    @Nullable Instant signOffDeadline,
    @Nullable Instant identityProvedAt,
    int generation,
    @Nullable Slot slot,
    @Nullable String grantId,
    @Nullable Instant liveAt,
    @Nullable Instant expiresAt,
    @Nullable Instant cutoverEndsAt,
    @Nullable Instant waitsUntil,
    @Nullable Instant revokedAt,
    @Nullable String trouble) {}
