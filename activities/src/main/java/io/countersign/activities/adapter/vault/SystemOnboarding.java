package io.countersign.activities.adapter.vault;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.SystemRef;
import io.countersign.policy.StaticSecrets;
import io.countersign.release.Span;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a Vault administrator agrees to once per system and environment: whose JWTs count, for which
 * one workload, and the most that a release may ever get. Texts that could mean something to HCL,
 * Terraform or Vault's parameter lists are refused with OUTSIDE_POLICY.
 *
 * @param publicKeys PEM public keys of the issuer; empty when {@code jwksUrl} is given
 * @param algorithms accepted JWS algorithms, for example {@code ES256}
 * @param subject the exact {@code sub} of the workload's JWT
 * @param approvedPolicies each set of Vault policies that a release may hold, whole
 * @param maxTokenTtl the longest life of a token between renewals
 * @param maxValidity the longest life of a token with renewals
 * @param dynamicSecrets prefixes of the leases that these policies can take, for example {@code
 *     database/creds/fraud-ro}
 * @param staticSecrets key-value secrets that these policies can read, whose ages the gate may see
 */
public record SystemOnboarding(
    SystemRef system,
    String issuer,
    List<String> publicKeys,
    @Nullable URI jwksUrl,
    List<String> algorithms,
    String subject,
    String audience,
    List<List<String>> approvedPolicies,
    Span maxTokenTtl,
    Span maxValidity,
    List<String> dynamicSecrets,
    List<StaticSecrets> staticSecrets) {
  private static final Set<String> ALGORITHMS =
      Set.of(
          "RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "EdDSA");
  private static final String PEM =
      "-----BEGIN PUBLIC KEY-----\n(?:[A-Za-z0-9+/=]{1,76}\n)+-----END PUBLIC KEY-----";

  public SystemOnboarding {
    publicKeys = publicKeys.stream().map(String::strip).toList();
    algorithms = List.copyOf(algorithms);
    approvedPolicies =
        approvedPolicies.stream().map(set -> set.stream().sorted().toList()).distinct().toList();
    dynamicSecrets = dynamicSecrets.stream().map(VaultNames::leasePrefix).toList();
    staticSecrets = List.copyOf(staticSecrets);
    VaultNames.claim("issuer", issuer);
    VaultNames.claim("subject", subject);
    VaultNames.claim("audience", audience);
    require(
        publicKeys.isEmpty() != (jwksUrl == null),
        "give the issuer's public keys or its JWKS address, one of them");
    require(
        publicKeys.stream().allMatch(key -> key.matches(PEM)),
        "public keys: allowed is PEM, PUBLIC KEY");
    if (jwksUrl != null) {
      require(
          "https".equals(jwksUrl.getScheme()) && jwksUrl.getHost() != null,
          "JWKS address: allowed is https");
      VaultNames.claim("JWKS address", jwksUrl.toString());
    }
    require(
        !algorithms.isEmpty() && ALGORITHMS.containsAll(algorithms),
        "algorithms: allowed are " + new TreeSet<>(ALGORITHMS));
    require(
        !approvedPolicies.isEmpty() && approvedPolicies.stream().noneMatch(List::isEmpty),
        "approved policies: there must be a set and no set may be empty");
    approvedPolicies.forEach(set -> set.forEach(VaultNames::policy));
    require(
        maxTokenTtl.compareTo(maxValidity) <= 0, "maxTokenTtl must not be longer than maxValidity");
  }

  /** Every policy of any approved set, sorted. */
  List<String> policyNames() {
    return approvedPolicies.stream().flatMap(List::stream).distinct().sorted().toList();
  }

  /**
   * The entity that the workload's aliases of both slots belong to. A dot is in no system's name.
   */
  String entityName() {
    return "countersign." + system.environment() + "." + system.system();
  }

  private static void require(boolean held, String rule) {
    if (!held) {
      throw new GateException(FailureType.OUTSIDE_POLICY, rule);
    }
  }
}
