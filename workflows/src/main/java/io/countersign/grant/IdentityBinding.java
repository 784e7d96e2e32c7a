package io.countersign.grant;

import io.countersign.release.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

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

    /** Digest of public keys in PEM form; their order and white space do not matter. */
    public static Digest keys(List<String> pem) {
      String joined =
          pem.stream()
              .map(key -> key.replaceAll("\\s+", ""))
              .sorted()
              .collect(Collectors.joining("\n"));
      return Digest.of(joined.getBytes(StandardCharsets.UTF_8));
    }

    /** Digest of the URL that keys come from. */
    public static Digest keys(String url) {
      return Digest.of(url.getBytes(StandardCharsets.UTF_8));
    }
  }
}
