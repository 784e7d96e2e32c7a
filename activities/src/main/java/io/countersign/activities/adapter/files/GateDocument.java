package io.countersign.activities.adapter.files;

import io.countersign.policy.GatePolicy;
import io.countersign.release.Digest;

/**
 * A gate policy as it was read.
 *
 * @param bytes the file, byte for byte: what policy owners sign and what is archived
 * @param digest of these bytes
 */
@SuppressWarnings("ArrayRecordComponent")
public record GateDocument(GatePolicy policy, byte[] bytes, Digest digest) {
  public GateDocument {
    bytes = bytes.clone();
  }

  @Override
  public byte[] bytes() {
    return bytes.clone();
  }
}
