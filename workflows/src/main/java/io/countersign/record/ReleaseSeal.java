package io.countersign.record;

import io.countersign.release.ReleaseId;
import java.time.Instant;

/**
 * A seal with the release that it is about.
 *
 * @param at when it was made, in microseconds
 */
public record ReleaseSeal(ReleaseId release, Instant at, Seal seal) {
  public ReleaseSeal {
    if (!seal.release().equals(Seal.digestOf(release))) {
      throw new IllegalArgumentException("seal: it is of another release");
    }
  }
}
