package io.countersign.grant;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a slot held when somebody looked. "Could not look" is never an inspection; it is a failure.
 *
 * @param roles sorted by name
 * @param liveLeases tokens that logged in to this slot and are not revoked
 */
public record Inspection(SystemRef system, Slot slot, List<SlotRole> roles, int liveLeases) {
  public Inspection {
    roles = roles.stream().sorted(Comparator.comparing(SlotRole::name)).toList();
  }

  /** Neither a role nor a token. */
  public boolean isEmpty() {
    return roles.isEmpty() && liveLeases == 0;
  }

  /** Names of the roles that are not this one, sorted. */
  public List<String> othersThan(String name) {
    return roles.stream().map(SlotRole::name).filter(other -> !other.equals(name)).toList();
  }

  /** Why the slot does not hold exactly this role, in words; empty when it does. */
  public Optional<String> conflictWith(SlotRole expected) {
    List<String> others = othersThan(expected.name());
    if (!others.isEmpty()) {
      return Optional.of("holds " + others);
    }
    if (roles.isEmpty()) {
      return Optional.of("holds no role and " + liveLeases + " tokens");
    }
    List<String> differences = roles.get(0).differences(expected);
    return differences.isEmpty()
        ? Optional.empty()
        : Optional.of("holds role " + expected.name() + " with other " + differences);
  }
}
