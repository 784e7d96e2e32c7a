package io.countersign.activities.port;

import io.countersign.policy.GatePolicy;
import io.countersign.release.Digest;

/** Digests subjects from their bytes, streaming. */
public interface SubjectDigests {
  /**
   * SOURCE_REFUSED outside the policy's sources, SOURCE_UNAVAILABLE when they are away,
   * SUBJECT_CHANGED in mid-read.
   */
  Digest digest(GatePolicy policy, String uri);
}
