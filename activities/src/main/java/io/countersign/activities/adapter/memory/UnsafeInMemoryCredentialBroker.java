package io.countersign.activities.adapter.memory;

import io.countersign.activities.port.CredentialBroker;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.GrantProof;
import io.countersign.grant.GrantSpec;
import io.countersign.grant.IdentityBinding;
import io.countersign.grant.IdentityBinding.SlotIdentity;
import io.countersign.grant.Inspection;
import io.countersign.grant.ProbeState;
import io.countersign.grant.RevocationProof;
import io.countersign.grant.Slot;
import io.countersign.grant.SlotRole;
import io.countersign.grant.SystemRef;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Two slots per system in memory, with workloads that log in and with faults on demand. Keeps the
 * contract of the port and guards nothing: for the unit tier and for tests.
 */
public final class UnsafeInMemoryCredentialBroker implements CredentialBroker {
  private final Clock clock;
  private final Runnable betweenLooks;
  private final Map<SystemRef, Map<Slot, Held>> systems = new HashMap<>();
  private final Map<String, String> policies = new HashMap<>();
  private int failures;
  private FailureType failure = FailureType.VAULT_UNAVAILABLE;
  private SlotIdentity identity =
      new SlotIdentity("in-memory", List.of("ES256"), "keys", Digest.of(new byte[0]), false);
  private boolean leavesTokens;

  public UnsafeInMemoryCredentialBroker(Clock clock) {
    this(clock, UnsafeInMemoryCredentialBroker::aMoment);
  }

  /**
   * With a clock that does not go by itself.
   *
   * @param betweenLooks lets time pass between the two looks that prove a revocation
   */
  public UnsafeInMemoryCredentialBroker(Clock clock, Runnable betweenLooks) {
    this.clock = clock;
    this.betweenLooks = betweenLooks;
  }

  private static void aMoment() {
    try {
      Thread.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GateException(FailureType.REVOCATION_UNPROVED, "interrupted between two looks", e);
    }
  }

  /** Gives a system its two slots. */
  public synchronized void onboard(SystemRef system) {
    Map<Slot, Held> slots = new EnumMap<>(Slot.class);
    for (Slot slot : Slot.values()) {
      slots.put(slot, new Held());
    }
    systems.putIfAbsent(system, slots);
  }

  /** Sets the body of an access policy. */
  public synchronized void policy(String name, String body) {
    policies.put(name, body);
  }

  /** The next calls of the port fail in this way. */
  public synchronized void failNext(int calls, FailureType type) {
    failures = calls;
    failure = type;
  }

  /** From now on revocation does not end tokens, until this is switched off again. */
  public synchronized void leaveTokensBehind(boolean on) {
    leavesTokens = on;
  }

  /** Puts a role into a slot behind the gate's back. */
  public synchronized void plant(SystemRef system, SlotRole role) {
    held(system, role.slot()).roles.put(role.name(), role);
  }

  /**
   * Logs a workload in and answers its token; refused when there is no such role or it names
   * somebody else.
   */
  public synchronized String login(
      SystemRef system, Slot slot, String role, String subject, String audience) {
    Held held = held(system, slot);
    SlotRole found = held.roles.get(role);
    if (found == null
        || !subject.equals(found.fields().get("bound_subject"))
        || !audience.equals(found.fields().get("bound_audiences"))) {
      throw new GateException(FailureType.VAULT_DENIED, "login refused");
    }
    String token = UUID.randomUUID().toString();
    held.tokens.put(token, found);
    return token;
  }

  /** Whether this token is alive. */
  public synchronized boolean works(String token) {
    return systems.values().stream()
        .flatMap(slots -> slots.values().stream())
        .anyMatch(held -> held.tokens.containsKey(token));
  }

  @Override
  public synchronized void openProbe(SystemRef system, Slot slot, String subject, String audience) {
    fault();
    SlotRole probe = SlotRole.probe(slot, subject, audience);
    Inspection before = look(system, slot);
    refuseOthers(before, SlotRole.PROBE);
    if (before.conflictWith(probe).isEmpty()) {
      return;
    }
    empty(system, slot, SlotRole.PROBE);
    held(system, slot).roles.put(SlotRole.PROBE, probe);
  }

  @Override
  public synchronized ProbeState probe(SystemRef system, Slot slot) {
    fault();
    Inspection now = look(system, slot);
    refuseOthers(now, SlotRole.PROBE);
    if (now.roles().isEmpty()) {
      throw conflict(now, "holds no probe");
    }
    return now.liveLeases() > 0 ? ProbeState.SEEN : ProbeState.NOT_SEEN;
  }

  @Override
  public synchronized void closeProbe(SystemRef system, Slot slot) {
    fault();
    refuseOthers(look(system, slot), SlotRole.PROBE);
    empty(system, slot, SlotRole.PROBE);
  }

  @Override
  public synchronized GrantProof grant(GrantSpec spec) {
    fault();
    SystemRef system = SystemRef.of(spec.release());
    SlotRole role = SlotRole.of(spec);
    SortedMap<String, Digest> digests = new TreeMap<>();
    bodies(spec.policies())
        .forEach(
            (name, body) -> digests.put(name, Digest.of(body.getBytes(StandardCharsets.UTF_8))));
    Inspection before = look(system, spec.slot());
    if (before.isEmpty()) {
      held(system, spec.slot()).roles.put(role.name(), role);
    } else {
      before
          .conflictWith(role)
          .ifPresent(
              what -> {
                throw conflict(before, what);
              });
    }
    return new GrantProof(spec.release(), spec.slot(), role, digests, clock.instant());
  }

  @Override
  public synchronized Inspection inspect(SystemRef system, Slot slot) {
    fault();
    return look(system, slot);
  }

  @Override
  public synchronized RevocationProof revoke(ReleaseId release, Slot slot, List<String> held) {
    fault();
    SystemRef system = SystemRef.of(release);
    Inspection before = look(system, slot);
    List<SlotRole> own =
        before.roles().stream().filter(role -> role.name().equals(release.version())).toList();
    if (own.isEmpty()) {
      refuseOthers(before, release.version());
    }
    TreeSet<String> readable = new TreeSet<>(held);
    own.forEach(role -> readable.addAll(role.policies()));
    empty(system, slot, release.version());
    Instant first = clock.instant();
    betweenLooks.run();
    empty(system, slot, release.version());
    return new RevocationProof(
        release,
        slot,
        !own.isEmpty(),
        before.liveLeases(),
        1,
        first,
        clock.instant(),
        List.of(),
        List.copyOf(readable));
  }

  @Override
  public synchronized Map<String, String> policies(List<String> names) {
    fault();
    return bodies(names);
  }

  /** Sets what both slots of every system accept as proof of identity. */
  public synchronized void accept(SlotIdentity accepted) {
    identity = accepted;
  }

  @Override
  public synchronized IdentityBinding identity(SystemRef system) {
    fault();
    held(system, Slot.A);
    return new IdentityBinding(system, identity, identity);
  }

  private void empty(SystemRef system, Slot slot, String role) {
    Held held = held(system, slot);
    held.roles.remove(role);
    if (!leavesTokens) {
      held.tokens.clear();
    }
    if (!held.tokens.isEmpty()) {
      throw new GateException(
          FailureType.REVOCATION_UNPROVED,
          system + " slot " + slot + " still holds " + held.tokens.size() + " tokens");
    }
  }

  private SortedMap<String, String> bodies(List<String> names) {
    SortedMap<String, String> found = new TreeMap<>();
    for (String name : names) {
      String body = policies.get(name);
      if (body == null) {
        throw new GateException(FailureType.OUTSIDE_POLICY, "no Vault policy " + name);
      }
      found.put(name, body);
    }
    return found;
  }

  private Inspection look(SystemRef system, Slot slot) {
    Held held = held(system, slot);
    return new Inspection(system, slot, List.copyOf(held.roles.values()), held.tokens.size());
  }

  private Held held(SystemRef system, Slot slot) {
    Map<Slot, Held> slots = systems.get(system);
    if (slots == null) {
      throw new GateException(FailureType.NOT_ONBOARDED, "no slots for " + system);
    }
    return Objects.requireNonNull(slots.get(slot));
  }

  private void fault() {
    if (failures > 0) {
      failures--;
      throw new GateException(failure, "a fault that was asked for");
    }
  }

  private static void refuseOthers(Inspection seen, String name) {
    List<String> others = seen.othersThan(name);
    if (!others.isEmpty()) {
      throw conflict(seen, "holds " + others);
    }
  }

  private static GateException conflict(Inspection seen, String what) {
    return new GateException(
        FailureType.RECORD_CONFLICT, seen.system() + " slot " + seen.slot() + " " + what);
  }

  private static final class Held {
    private final SortedMap<String, SlotRole> roles = new TreeMap<>();
    private final Map<String, SlotRole> tokens = new HashMap<>();
  }
}
