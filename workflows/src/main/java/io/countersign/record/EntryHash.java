package io.countersign.record;

import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The hash that links an entry to the one before (docs/evidence.md, "The chain of a release"). No
 * field can hold a line feed, so no two entries share an input.
 */
public final class EntryHash {
  /** What stands for the hash before the first link of a chain: 64 zeros. */
  public static final Digest NONE = new Digest("0".repeat(64));

  private static final String FORM = "countersign.io/entry/v1";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private EntryHash() {}

  /**
   * The hash of an entry.
   *
   * @param at in microseconds
   * @param kind the stored form, so that a reader can hash a kind that it does not know
   * @param body the digest of the body in canonical form (RFC 8785)
   */
  public static Digest of(
      ReleaseId release,
      long seq,
      Instant at,
      String kind,
      String actor,
      String key,
      Digest body,
      Digest previous) {
    return HashedLines.of(
        FORM,
        release.toString(),
        Long.toString(seq),
        time(at),
        kind,
        actor,
        key,
        body.hex(),
        previous.hex());
  }

  /** The hash that this entry must have. */
  public static Digest of(Entry entry) {
    return of(
        entry.release(),
        entry.seq(),
        entry.at(),
        entry.kind().name(),
        entry.actor(),
        entry.key().text(),
        entry.body().digest(),
        entry.previous());
  }

  /** Whether the entry is what its hash says. */
  public static boolean holds(Entry entry) {
    return entry.hash().equals(of(entry));
  }

  /** A time as it is hashed and written: always six decimals, UTC. */
  public static String time(Instant at) {
    return TIME.format(at);
  }
}
