package io.countersign.activities.adapter.vault;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.Slot;
import io.countersign.grant.SystemRef;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Empties a slot and proves it. A login in flight has read the role before it was deleted and shows
 * up as a token a moment later: so the list is looked at twice, further apart than a login takes,
 * and emptied again if need be.
 */
final class VaultRevocation {
  private static final int MAX_ROUNDS = 6;

  private final VaultClient grant;
  private final VaultSlots slots;
  private final Clock clock;
  private final Duration settle;

  VaultRevocation(VaultClient grant, VaultSlots slots, Clock clock, Duration settle) {
    this.grant = grant;
    this.slots = slots;
    this.clock = clock;
    this.settle = settle;
  }

  /**
   * Deletes the role and revokes until two looks in a row find neither the role nor a token nor an
   * overdue lease.
   */
  Emptied empty(SystemRef system, Slot slot, String role, Supplier<List<String>> leasePrefixes) {
    grant.delete(VaultSlots.mount(system, slot) + "/role/" + role);
    int found = 0;
    List<String> left = List.of();
    @Nullable List<String> prefixes = null;
    for (int round = 1; round <= MAX_ROUNDS; round++) {
      found = Math.max(found, slots.leases(system, slot));
      revokeTokens(system, slot);
      prefixes = prefixes == null ? leasePrefixes.get() : prefixes;
      left = left(system, slot, role, prefixes);
      if (left.isEmpty()) {
        Instant first = clock.instant();
        pause();
        left = left(system, slot, role, prefixes);
        if (left.isEmpty()) {
          return new Emptied(found, round, first, clock.instant(), prefixes);
        }
      } else {
        pause();
      }
    }
    throw new GateException(
        FailureType.REVOCATION_UNPROVED, system + " slot " + slot + " still holds " + left);
  }

  /** Ends every token of the slot and waits until Vault has done it. */
  void revokeTokens(SystemRef system, Slot slot) {
    grant.write(
        "sys/leases/revoke-prefix/" + VaultSlots.mount(system, slot) + "/login",
        Map.of("sync", true));
  }

  private List<String> left(SystemRef system, Slot slot, String role, List<String> leasePrefixes) {
    List<String> left = new ArrayList<>();
    if (slots.roleExists(system, slot, role)) {
      left.add("role " + role);
    }
    int tokens = slots.leases(system, slot);
    if (tokens > 0) {
      left.add(tokens + " tokens");
    }
    for (String prefix : leasePrefixes) {
      int overdue = slots.overdue(prefix);
      if (overdue > 0) {
        left.add(overdue + " overdue leases of " + prefix);
      }
    }
    return left;
  }

  private void pause() {
    try {
      Thread.sleep(settle.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GateException(
          FailureType.REVOCATION_UNPROVED, "interrupted before the second look");
    }
  }

  /** What was seen on the way to an empty slot. */
  record Emptied(
      int leasesFound, int rounds, Instant firstAt, Instant at, List<String> leasePrefixes) {}
}
