package io.countersign.activities.port;

import io.countersign.activities.signoff.CiIdentity;
import io.countersign.activities.signoff.CiToken;
import java.time.Instant;

/** Proves CI runs by their identity tokens. */
@FunctionalInterface
public interface CiTokens {
  /**
   * The run that the token proves.
   *
   * @param audience the exact audience, see {@link
   *     io.countersign.activities.signoff.SubmissionAudience}
   * @throws io.countersign.failure.GateException BAD_TOKEN, or SOURCE_UNAVAILABLE where the
   *     issuer's keys are out of reach
   */
  CiIdentity verify(CiToken token, String audience, Instant at);
}
