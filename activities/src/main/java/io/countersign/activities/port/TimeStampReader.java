package io.countersign.activities.port;

import io.countersign.release.Digest;
import java.time.Instant;

/** Verifies time-stamp tokens of authorities whom an auditor knows (RFC 3161). */
@FunctionalInterface
public interface TimeStampReader {
  /**
   * The authority's time of a token over this imprint.
   *
   * @param token DER of the TimeStampToken
   * @throws io.countersign.failure.GateException BAD_TIME_STAMP
   */
  Instant verify(byte[] token, Digest imprint);
}
