package io.countersign.record;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** That Vault accepted a login of the workload: what its token said, never the token. */
public record IdentityProof(String subject, String audience, String issuer, Instant at) {
  private static final int MAX_LENGTH = 512;

  public IdentityProof {
    at = at.truncatedTo(ChronoUnit.MICROS);
    requireText("subject", subject);
    requireText("audience", audience);
    requireText("issuer", issuer);
  }

  private static void requireText(String field, String value) {
    if (value.isBlank() || value.length() > MAX_LENGTH || value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("identity: " + field + " must be 1 to 512 characters");
    }
  }
}
