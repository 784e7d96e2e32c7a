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
    @Nullable String trouble,
    @Nullable Exceptions exceptions,
    @Nullable List<String> differences) {
  /**
   * Statement digests of the waivers that count; whoever approves was shown them and names them.
   */
  public List<Digest> waivers() {
    return decision == null
        ? List.of()
        : decision.waivers().stream().map(DecisionView.Waiver::statement).toList();
  }

  /**
   * What makes this release an exception; null in a view where nothing does.
   *
   * @param emergency what the release skips as an emergency, in words
   * @param reviewBy until when that must be reviewed; null before it is live and once it was
   * @param endsBy what ends the access before its validity does, in words
   * @param frozenUntil until when a freeze holds the release up; {@link GateView#trouble} has its
   *     reason
   */
  public record Exceptions(
      @Nullable String emergency,
      @Nullable Instant reviewBy,
      @Nullable String endsBy,
      @Nullable Instant frozenUntil) {
    private static final Exceptions NOTHING = new Exceptions(null, null, null, null);

    static @Nullable Exceptions of(Memory memory) {
      Exceptions found =
          new Exceptions(
              memory.resolution == null ? null : memory.resolution.emergency(),
              memory.reviewBy,
              memory.endsBy,
              memory.heldUntil());
      return found.equals(NOTHING) ? null : found;
    }
  }
}
