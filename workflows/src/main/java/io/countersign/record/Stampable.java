package io.countersign.record;

import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;

/**
 * Something that a time-stamp authority is to stamp: a seal, or the statement of a person on
 * arrival.
 *
 * @param seal the seal, or the one that closes the statement's entry
 * @param seq the statement's entry; 0 for the seal itself
 * @param imprint the seal's hash or the statement's digest
 */
public record Stampable(ReleaseId release, long seal, long seq, Digest imprint) {
  public boolean isSeal() {
    return seq == 0;
  }

  /** How a time stamp names what it stamps. */
  public String subject() {
    return isSeal() ? "seal/" + seal : "statement/" + imprint.hex();
  }
}
