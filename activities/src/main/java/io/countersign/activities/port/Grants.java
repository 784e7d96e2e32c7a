package io.countersign.activities.port;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.Slot;
import io.countersign.record.Grant;
import io.countersign.record.GrantOrder;
import io.countersign.record.GrantTicket;
import io.countersign.record.JsonDocument;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Who may hold access. At most one open grant per release and one per slot, so two per system and
 * environment, held by constraints of the store (invariant I12).
 */
public interface Grants {
  /**
   * The most grants that one read answers; more is {@code RECORD_CONFLICT}, never a shorter list.
   */
  int MAX_READ = 20_000;

  /**
   * Takes a free slot. The same key again answers the same grant, whatever became of it. {@code
   * NO_FREE_SLOT} if both slots are taken; {@code RECORD_CONFLICT} if the release has an open grant
   * under another key or is not frozen.
   */
  GrantTicket openGrant(GrantOrder order);

  /**
   * Hands the release's open grant over to another run of its workflow: the record is the arbiter,
   * not the run that asked for the grant first. Nothing else of the grant changes but its fence; to
   * the run that holds it already it is answered as it is.
   *
   * <p>Empty when the release has no open grant; {@code RECORD_CONFLICT} when that grant is being
   * revoked or belongs to another Temporal namespace.
   */
  Optional<GrantTicket> takeOver(ReleaseId release, String namespaceId, String runId);

  /**
   * Writes the role while the grant is locked, and makes it LIVE: a revocation waits, and after it
   * has begun the writer is not called any more. A second call while LIVE with the same spec calls
   * the writer again and keeps the first time and proof. A writer that throws changes nothing.
   *
   * @throws io.countersign.failure.GateException {@code RECORD_CONFLICT} without calling the writer
   *     if the grant is unknown, revoking or revoked, if the ticket's fence is old, or if it is
   *     live with another spec; {@code EXPIRED} if {@code at} is not before the grant's end
   */
  <T> T whileWriting(GrantTicket ticket, JsonDocument spec, Instant at, RoleWriter<T> writer);

  /**
   * Forbids all further writing for the release's open grant. Again answers the same. Empty if it
   * has none.
   */
  Optional<Grant> beginRevocation(ReleaseId release);

  /**
   * Closes a grant whose revocation was proved, and frees its slot. Again changes nothing. {@code
   * RECORD_CONFLICT} if no revocation was begun.
   */
  void closeGrant(UUID grantId, JsonDocument proof, Instant at);

  /**
   * Works on a slot that no open grant holds, while none can be opened in it. Empty, without
   * calling the work, when a grant holds it or is being opened. The work must be done when it
   * returns and must not call the record.
   */
  <T> Optional<T> whileFree(String environment, String system, Slot slot, Supplier<T> work);

  /** All open grants, oldest first. */
  List<Grant> openGrants();

  /** The open grants of one system, oldest first: two at most. */
  List<Grant> openGrants(String environment, String system);

  /** All grants of a release, oldest first. */
  List<Grant> grants(ReleaseId release);

  /** Refuses to hand over what is not anybody's to take. */
  static void requireTakeable(Grant open, String namespaceId) {
    if (!open.state().writable()) {
      throw new GateException(FailureType.RECORD_CONFLICT, "the grant is " + open.state());
    }
    if (!open.namespaceId().equals(namespaceId)) {
      throw new GateException(
          FailureType.RECORD_CONFLICT, "the grant belongs to another Temporal namespace");
    }
  }

  /** Why a slot was not given. */
  static GateException notOpened(GrantOrder order, boolean releaseHoldsOne) {
    return releaseHoldsOne
        ? new GateException(
            FailureType.RECORD_CONFLICT, order.release() + " has an open grant under another key")
        : new GateException(
            FailureType.NO_FREE_SLOT, "both slots for " + order.release() + " are taken");
  }

  /** Writes one role. It must be done when it returns and must not call the record. */
  @FunctionalInterface
  interface RoleWriter<T> {
    Written<T> write(Grant grant);
  }

  /** What was written: the caller's answer and the proof for the record. */
  record Written<T>(T answer, JsonDocument proof) {}
}
