package io.countersign.policy;

import io.countersign.release.Digest;
import io.countersign.release.Manifest.Dependency;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Somebody whose interfaces, plugins or base models releases may use.
 *
 * @param name as a dependency names it
 * @param owners who may answer for a dependency on it; empty for anybody who is named
 * @param kinds what it may supply
 * @param endpoints exact hosts, with a port where it is not the scheme's own; empty when it has no
 *     interface
 * @param dataClasses what may leave to it; empty for nothing
 * @param digests of artefacts that it supplies; when there are any, no other may be pinned
 * @param keys public keys that sign its artefacts
 * @param withdrawn null while it may be used
 */
public record Supplier(
    String name,
    List<String> owners,
    List<String> kinds,
    List<String> endpoints,
    List<String> dataClasses,
    List<Digest> digests,
    List<String> keys,
    @Nullable Withdrawal withdrawn) {
  public Supplier {
    owners = owners == null ? List.of() : List.copyOf(owners);
    kinds = List.copyOf(kinds);
    endpoints = endpoints == null ? List.of() : List.copyOf(endpoints);
    dataClasses = List.copyOf(dataClasses);
    digests = digests == null ? List.of() : List.copyOf(digests);
    keys = keys == null ? List.of() : List.copyOf(keys);
  }

  /**
   * That a supplier is not to be used any more.
   *
   * @param since RFC 3339 instant in UTC; what is live ends then
   */
  public record Withdrawal(String since, String reason) {}

  /** The withdrawal that holds at this time. */
  public Optional<Withdrawal> withdrawnAt(Instant at) {
    return Optional.ofNullable(withdrawn)
        .filter(withdrawal -> !at.isBefore(Instant.parse(withdrawal.since())));
  }

  /** Whether a dependency says that it is of this supplier; without a word its name says so. */
  public boolean isNamedBy(Dependency dependency) {
    return name.equals(nameOf(dependency));
  }

  /**
   * Whether a dependency comes from this supplier whatever it says: by name, by host or by digest.
   */
  public boolean supplies(Dependency dependency) {
    Digest digest = dependency.digest();
    return isNamedBy(dependency)
        || serves(dependency.endpoint())
        || (digest != null && digests.contains(digest));
  }

  /** Whether this endpoint is on one of its hosts. */
  public boolean serves(@Nullable String endpoint) {
    return endpoint != null
        && Endpoint.parse(endpoint)
            .filter(where -> endpoints.stream().anyMatch(where::isAt))
            .isPresent();
  }

  /** The supplier that a dependency names. */
  public static String nameOf(Dependency dependency) {
    String supplier = dependency.supplier();
    return supplier == null ? dependency.name() : supplier;
  }
}
