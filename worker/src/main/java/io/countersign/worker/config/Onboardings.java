package io.countersign.worker.config;

import io.countersign.activities.adapter.vault.SystemOnboarding;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.SystemRef;
import io.countersign.policy.GatePolicy;
import io.countersign.policy.GatePolicy.Issuer;
import io.countersign.policy.GatePolicy.SystemPolicy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** What Vault must be told about each system, as the gate policy says. */
public final class Onboardings {
  private Onboardings() {}

  /**
   * One for each system of the policy.
   *
   * @param directory where the policy's relative paths begin
   */
  public static List<SystemOnboarding> of(GatePolicy policy, Path directory) {
    return policy.systems().stream().map(system -> of(policy, system, directory)).toList();
  }

  private static SystemOnboarding of(GatePolicy policy, SystemPolicy system, Path directory) {
    Issuer issuer = Objects.requireNonNull(policy.issuers().get(system.issuer()));
    return new SystemOnboarding(
        new SystemRef(system.environment(), system.name()),
        issuer.issuer(),
        issuer.publicKeys().stream().map(file -> pem(directory.resolve(file))).toList(),
        issuer.jwksUrl() == null ? null : URI.create(issuer.jwksUrl()),
        issuer.algorithms(),
        system.subject(),
        system.audience(),
        system.policySets(),
        system.tokenTtl(),
        system.validity(),
        system.dynamicSecrets(),
        system.staticSecrets());
  }

  private static String pem(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new GateException(
          FailureType.INVALID_GATE_POLICY, file + ": the issuer's public key cannot be read", e);
    }
  }
}
