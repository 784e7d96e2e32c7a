package io.countersign.activities.port;

import io.countersign.record.EntryKind;
import io.countersign.record.JsonDocument;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the record tells of releases that hold access, for those who decide at request time. */
public interface LiveTraces {
  /** The most releases that one reading may have. */
  int MAX_RELEASES = 100_000;

  /** Kinds of entries that tell how a release stands. */
  Set<EntryKind> KINDS =
      Set.of(
          EntryKind.GRANT,
          EntryKind.SIGN_OFF,
          EntryKind.ORDER,
          EntryKind.REVOCATION,
          EntryKind.SUSPENDED,
          EntryKind.COMPLETE,
          EntryKind.DRIFT,
          EntryKind.EMERGENCY_REVIEWED);

  /**
   * Reads everything at one moment, or fails: {@code DATABASE_UNAVAILABLE} when the record is away
   * or is a copy that may lag behind, {@code RECORD_CONFLICT} when it has more than {@link
   * #MAX_RELEASES}. What a release tells is left out where its newest entry is known already.
   */
  Reading read(Map<ReleaseId, Long> known);

  /**
   * Calls when looking is worth while, from a thread of its own, until closed. A hint may be lost,
   * late or for nothing; after the connection was lost and made again it always calls.
   */
  Hints listen(Runnable hint);

  /** A subscription. */
  interface Hints extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * The record at one moment.
   *
   * @param at by the clock of the store
   * @param mark grows with every grant and every revocation: a smaller one than before says that
   *     the store was put back to an older time
   * @param releases with an open grant, or told to be suspended
   */
  record Reading(Instant at, long mark, List<Found> releases) {
    public Reading {
      releases = List.copyOf(releases);
    }
  }

  /**
   * @param newest number of its newest entry, 0 without one
   * @param grant null where it holds no grant that is LIVE
   * @param told null where {@code newest} was known
   */
  record Found(ReleaseId id, long newest, @Nullable LiveGrant grant, @Nullable Told told) {}

  /** A grant that the record says is LIVE. */
  record LiveGrant(UUID id, Instant until) {}

  /**
   * @param traces of {@link #KINDS}, first to last
   */
  record Told(Digest releaseDigest, Digest gateDigest, JsonDocument manifest, List<Trace> traces) {
    public Told {
      traces = List.copyOf(traces);
    }
  }

  /**
   * What one entry tells.
   *
   * @param fields of its body, those alone that tell how the release stands
   */
  record Trace(EntryKind kind, Map<String, String> fields) {
    public Trace {
      fields = Map.copyOf(fields);
    }

    /** The field, or an empty text. */
    public String field(String name) {
      return fields.getOrDefault(name, "");
    }
  }
}
