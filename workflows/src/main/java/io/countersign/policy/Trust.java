package io.countersign.policy;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.countersign.policy.Approvers.Person;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code trust.yaml} says: whom an auditor believes. It reaches the auditor by another way
 * than the evidence does. Refused: no gate key, one id of a gate key twice, and neither or both of
 * {@code policyOwners} and {@code unsignedRules}: that nobody answers for the rules must be said.
 *
 * @param policyOwners two of them must have signed every rule file
 * @param unsignedRules true for a gate whose rule files nobody signs; who may approve is then not
 *     proved
 * @param timeStampAuthorities certificates in PEM; without any no time is proved
 */
@JsonIgnoreProperties({"apiVersion", "kind"})
public record Trust(
    List<Person> policyOwners,
    @Nullable Boolean unsignedRules,
    List<GateKey> gateKeys,
    List<String> timeStampAuthorities) {
  public Trust {
    policyOwners = policyOwners == null ? List.of() : List.copyOf(policyOwners);
    unsignedRules = unsignedRules != null && unsignedRules;
    gateKeys = List.copyOf(gateKeys);
    timeStampAuthorities =
        timeStampAuthorities == null ? List.of() : List.copyOf(timeStampAuthorities);
    if (policyOwners.isEmpty() != unsignedRules) {
      throw new IllegalArgumentException(
          "trust: exactly one of policyOwners and 'unsignedRules: true'");
    }
    if (gateKeys.isEmpty()) {
      throw new IllegalArgumentException("trust: gateKeys must not be empty");
    }
    if (gateKeys.stream().map(GateKey::id).distinct().count() != gateKeys.size()) {
      throw new IllegalArgumentException("trust: gateKeys: an id is listed twice");
    }
  }

  /** The policy owners in the form of an approvers file; empty when nobody signs the rules. */
  public Optional<Approvers> owners() {
    return policyOwners.isEmpty() ? Optional.empty() : Optional.of(new Approvers(policyOwners));
  }

  /**
   * One version of the gate's key.
   *
   * @param id as signatures name it, such as {@code transit:countersign-gate:v1}
   */
  public record GateKey(String id, String publicKey) {}
}
