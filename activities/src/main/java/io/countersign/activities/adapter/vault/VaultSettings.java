package io.countersign.activities.adapter.vault;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where Vault is and how to reach it. Nothing is taken from the environment or from a home
 * directory.
 *
 * @param namespace of Vault Enterprise, HCP or OpenBao; null for the root namespace
 * @param caPem certificates to trust instead of the platform's; null for the platform's
 */
public record VaultSettings(
    URI address,
    @Nullable String namespace,
    @Nullable Path caPem,
    Duration openTimeout,
    Duration readTimeout) {
  private static final Duration OPEN = Duration.ofSeconds(5);
  private static final Duration READ = Duration.ofSeconds(30);

  public VaultSettings {
    String scheme = address.getScheme();
    if (address.getHost() == null || !("https".equals(scheme) || "http".equals(scheme))) {
      throw new IllegalArgumentException("vault address: allowed is http(s)://host[:port]");
    }
    if (openTimeout.toSeconds() < 1 || readTimeout.toSeconds() < 1) {
      throw new IllegalArgumentException("vault timeouts: allowed is one second or more");
    }
  }

  /**
   * With the platform's certificates and the usual timeouts: 5 seconds to connect, 30 to answer.
   */
  public static VaultSettings of(URI address) {
    return new VaultSettings(address, null, null, OPEN, READ);
  }
}
