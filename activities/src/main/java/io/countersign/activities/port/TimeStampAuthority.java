package io.countersign.activities.port;

import io.countersign.release.Digest;
import java.time.Instant;

/** An authority that says when a digest was there (RFC 3161). */
@FunctionalInterface
public interface TimeStampAuthority {
  /**
   * A time stamp over this imprint, made now and verified: nonce, imprint, signature and the
   * authority's certificate.
   *
   * @throws io.countersign.failure.GateException TIME_STAMP_UNAVAILABLE when the authority is away;
   *     BAD_TIME_STAMP when what it answers does not verify
   */
  TimeStamp stamp(Digest imprint);

  /**
   * A verified time stamp.
   *
   * @param token DER of the TimeStampToken
   * @param at the authority's time
   */
  @SuppressWarnings("ArrayRecordComponent")
  record TimeStamp(byte[] token, Instant at) {
    public TimeStamp {
      token = token.clone();
    }

    @Override
    public byte[] token() {
      return token.clone();
    }
  }
}
