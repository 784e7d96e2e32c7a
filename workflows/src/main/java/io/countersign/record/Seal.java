package io.countersign.record;

import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.nio.charset.StandardCharsets;

/**
 * One link of the chain over all releases: it closes what was written to one release since its last
 * seal (docs/evidence.md, "Seals").
 *
 * @param number 1 to n over all releases, without gaps
 * @param release SHA-256 of the release's name, so that a link names no other team's release
 * @param from first sequence number that it closes
 * @param to last sequence number that it closes
 * @param head hash of entry {@code to}
 * @param previous hash of the seal before, {@link EntryHash#NONE} before the first
 */
public record Seal(
    long number, Digest release, long from, long to, Digest head, Digest previous, Digest hash) {
  /** The most entries in one seal. */
  public static final int MAX_ENTRIES = 200;

  /** The most canonical bytes of bodies in one seal; a larger entry is sealed alone. */
  public static final int MAX_BODIES = 1024 * 1024;

  private static final String FORM = "countersign.io/seal/v1";

  public Seal {
    if (number < 1 || from < 1 || to < from) {
      throw new IllegalArgumentException("seal: numbers begin with 1 and do not go back");
    }
  }

  /** The seal with its hash. */
  public static Seal of(
      long number, ReleaseId release, long from, long to, Digest head, Digest previous) {
    Digest named = digestOf(release);
    return new Seal(
        number, named, from, to, head, previous, hash(number, named, from, to, head, previous));
  }

  /** How a release is named in a seal. */
  public static Digest digestOf(ReleaseId release) {
    return Digest.of(release.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Whether the seal is what its hash says. */
  public boolean holds() {
    return hash.equals(hash(number, release, from, to, head, previous));
  }

  /** Whether this seal is the link after another one. */
  public boolean follows(Seal before) {
    return number == before.number + 1 && previous.equals(before.hash);
  }

  private static Digest hash(
      long number, Digest release, long from, long to, Digest head, Digest previous) {
    return HashedLines.of(
        FORM, Long.toString(number), release.hex(), from + " " + to, head.hex(), previous.hex());
  }
}
