package io.countersign.grant;

import io.countersign.release.Digest;
import java.util.List;

/** What the two slots of a system accept as proof of identity, as Vault has it configured. */
public record IdentityBinding(SystemRef system, SlotIdentity a, SlotIdentity b) {
  /** Whether a workload that can log in to one slot can log in to the other. */
  public boolean slotsAgree() {
    return a.equals(b);
  }

  /**
   * One slot's mount.
   *
   * @param issuer the bound {@code iss}; empty when any is accepted
   * @param algorithms accepted signature algorithms, sorted; empty when Vault's default applies
   * @param keySource {@code keys}, {@code jwks}, {@code oidc} or {@code none}
   * @param keys digest of the public keys, or of the URL that they come from
   * @param plainTransport whether keys come over HTTP without TLS
   */
  public record SlotIdentity(
      String issuer,
      List<String> algorithms,
      String keySource,
      Digest keys,
      boolean plainTransport) {
    public SlotIdentity {
      algorithms = algorithms.stream().sorted().toList();
    }
  }
}
