package io.countersign.activities.port;

import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the gate states when it has decided again and given access: this grant, for exactly this
 * release, until then. It is made where the grant is made and nowhere else, from nothing that a
 * store says without a proof of its own.
 *
 * @param gateDigest the gate file that the release is frozen under
 * @param expiresAt the end of the grant
 * @param reviewBy until when an emergency must have been reviewed; null where it is none
 */
public record Permit(
    UUID grantId,
    ReleaseId release,
    Digest releaseDigest,
    Digest gateDigest,
    Instant expiresAt,
    @Nullable Instant reviewBy) {

  public static final String TYPE = "https://countersign.io/permit/v1";

  /** The longest envelope of one, in characters. */
  public static final int LIMIT = 4096;
}
