package io.countersign.grant;

import io.countersign.release.ReleaseId;
import io.countersign.release.Span;
import java.util.List;

/**
 * Everything that one Vault role says. Derived from the approved release and the gate's policy
 * alone, so that writing it twice writes the same.
 *
 * @param subject the exact {@code sub} of the workload's JWT; no pattern
 * @param audience the exact {@code aud}
 * @param policies Vault policies by name, sorted, not empty
 * @param tokenTtl lifetime of one token before renewal
 * @param explicitMaxTtl lifetime that no renewal exceeds
 */
public record GrantSpec(
    ReleaseId release,
    Slot slot,
    String subject,
    String audience,
    List<String> policies,
    Span tokenTtl,
    Span explicitMaxTtl) {
  public GrantSpec {
    policies = policies.stream().sorted().toList();
    if (policies.isEmpty() || subject.isBlank() || audience.isBlank()) {
      throw new IllegalArgumentException("grant: subject, audience and policies must not be empty");
    }
    if (tokenTtl.compareTo(explicitMaxTtl) > 0) {
      throw new IllegalArgumentException(
          "grant: tokenTtl " + tokenTtl + " is longer than its limit " + explicitMaxTtl);
    }
  }
}
