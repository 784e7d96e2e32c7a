package io.countersign.record;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * An entry that is to be appended. The body must follow from what the entry tells alone (no attempt
 * number, no time of receipt; the time is {@code at}), because a repeated append with another body
 * is a conflict.
 *
 * @param at when it happened, kept in microseconds
 * @param actor who did it: a person, a worker or {@code gate}; 1 to 256 characters without control
 *     characters
 * @param body at most 256 KiB in canonical form
 */
public record NewEntry(
    ReleaseId release, Instant at, EntryKind kind, String actor, EntryKey key, JsonDocument body) {
  /** Largest canonical body in bytes. */
  public static final int MAX_BODY = 256 * 1024;

  private static final int MAX_ACTOR = 256;

  public NewEntry {
    at = at.truncatedTo(ChronoUnit.MICROS);
    if (actor.isBlank()
        || actor.length() > MAX_ACTOR
        || actor.codePoints().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "entry: actor must be 1 to 256 characters without control characters");
    }
    if (body.size() > MAX_BODY) {
      throw new IllegalArgumentException(
          "entry: body has " + body.size() + " bytes, allowed are " + MAX_BODY);
    }
  }

  /** Refuses an entry of a kind that an operation does not take. */
  public NewEntry require(boolean allowed) {
    if (!allowed) {
      throw new IllegalArgumentException(
          "entry: an entry of kind " + kind + " is written elsewhere");
    }
    return this;
  }

  /**
   * Answers the entry that stands under this key already. Time and actor may differ between
   * attempts.
   *
   * @throws GateException {@code RECORD_CONFLICT} if it tells something else
   */
  public Entry repeats(Entry stored) {
    if (kind != stored.kind() || !body.equals(stored.body())) {
      throw new GateException(
          FailureType.RECORD_CONFLICT, "another entry stands under this key of " + release);
    }
    return stored;
  }

  /** This entry as it stands in the record after another one. */
  public Entry at(long seq, Digest previous) {
    Digest hash =
        EntryHash.of(release, seq, at, kind.name(), actor, key.text(), body.digest(), previous);
    return new Entry(release, seq, at, kind, actor, key, body, previous, hash);
  }
}
