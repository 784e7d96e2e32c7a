package io.countersign.record;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.Slot;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A grant as recorded.
 *
 * @param ordinal order of opening over all releases; never changes, unlike the fence
 * @param spec what the role says; set with LIVE, like {@code grantProof}
 * @param revocationProof set with REVOKED
 */
public record Grant(
    UUID grantId,
    ReleaseId release,
    Slot slot,
    GrantState state,
    long ordinal,
    long fence,
    Instant openedAt,
    @Nullable Instant liveAt,
    Instant expiresAt,
    @Nullable Instant closedAt,
    String namespaceId,
    String runId,
    @Nullable JsonDocument spec,
    @Nullable JsonDocument grantProof,
    @Nullable JsonDocument revocationProof) {

  /** The ticket of the one who holds this grant now. */
  public GrantTicket ticket() {
    return new GrantTicket(grantId, release, slot, fence, openedAt, expiresAt);
  }

  /**
   * Whether the holder of a ticket may write this role now.
   *
   * @throws GateException {@code RECORD_CONFLICT} for an old or foreign ticket, a grant that is
   *     revoking or revoked, or a live one with another spec; {@code EXPIRED} from the grant's end
   *     on
   */
  public void requireWritable(GrantTicket ticket, JsonDocument wanted, Instant at) {
    if (!state.writable()) {
      throw new GateException(FailureType.RECORD_CONFLICT, "the grant is " + state);
    }
    if (!ticket().equals(ticket)) {
      throw new GateException(FailureType.RECORD_CONFLICT, "the grant has changed hands");
    }
    if (!at.isBefore(expiresAt)) {
      throw new GateException(FailureType.EXPIRED, "the grant ended at " + expiresAt);
    }
    if (state == GrantState.LIVE && !wanted.equals(spec)) {
      throw new GateException(FailureType.RECORD_CONFLICT, "the grant is live with another spec");
    }
  }

  /**
   * Whether a proved revocation has still to be recorded.
   *
   * @throws GateException {@code RECORD_CONFLICT} if no revocation was begun
   */
  public boolean requireClosable() {
    if (state.writable()) {
      throw new GateException(FailureType.RECORD_CONFLICT, "the grant is " + state);
    }
    return state == GrantState.REVOKING;
  }

  /** This grant once its role stands in Vault. */
  public Grant live(Instant at, JsonDocument written, JsonDocument proof) {
    return new Grant(
        grantId,
        release,
        slot,
        GrantState.LIVE,
        ordinal,
        fence,
        openedAt,
        at.truncatedTo(ChronoUnit.MICROS),
        expiresAt,
        closedAt,
        namespaceId,
        runId,
        written,
        proof,
        revocationProof);
  }

  /** This grant in the hands of another run of its workflow. */
  public Grant of(String otherRunId, long nextFence) {
    return new Grant(
        grantId,
        release,
        slot,
        state,
        ordinal,
        nextFence,
        openedAt,
        liveAt,
        expiresAt,
        closedAt,
        namespaceId,
        otherRunId,
        spec,
        grantProof,
        revocationProof);
  }

  /** This grant once nobody may write it any more. */
  public Grant revoking(long nextFence) {
    return new Grant(
        grantId,
        release,
        slot,
        GrantState.REVOKING,
        ordinal,
        nextFence,
        openedAt,
        liveAt,
        expiresAt,
        closedAt,
        namespaceId,
        runId,
        spec,
        grantProof,
        revocationProof);
  }

  /** This grant once it is proved to be gone. */
  public Grant revoked(Instant at, JsonDocument proof) {
    return new Grant(
        grantId,
        release,
        slot,
        GrantState.REVOKED,
        ordinal,
        fence,
        openedAt,
        liveAt,
        expiresAt,
        at.truncatedTo(ChronoUnit.MICROS),
        namespaceId,
        runId,
        spec,
        grantProof,
        proof);
  }
}
