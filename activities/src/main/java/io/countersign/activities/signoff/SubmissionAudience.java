package io.countersign.activities.signoff;

import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;

/**
 * The audience that a CI token must have: it names what is submitted, so that the token is good for
 * nothing else.
 */
public final class SubmissionAudience {
  private SubmissionAudience() {}

  /** {@code countersign:<release id>@<release digest>}. */
  public static String of(ReleaseId release, Digest releaseDigest) {
    return "countersign:" + release + "@" + releaseDigest;
  }
}
