package io.countersign.activities.adapter.files;

import io.countersign.policy.Approvers;
import io.countersign.release.Digest;

/**
 * An approvers file as it was read.
 *
 * @param bytes the file, byte for byte: what policy owners sign and what is archived
 * @param digest of these bytes
 */
@SuppressWarnings("ArrayRecordComponent")
public record ApproversDocument(Approvers approvers, byte[] bytes, Digest digest) {
  public ApproversDocument {
    bytes = bytes.clone();
  }

  @Override
  public byte[] bytes() {
    return bytes.clone();
  }
}
