package io.countersign.worker.demo;

import io.countersign.activities.adapter.memory.UnsafeInMemoryCredentialBroker;
import io.countersign.activities.port.SecretText;
import io.countersign.failure.GateException;
import io.countersign.grant.Slot;
import io.countersign.grant.SystemRef;
import io.countersign.policy.GatePolicy.SystemPolicy;
import io.countersign.worker.engine.ExampleSystem;
import io.countersign.worker.engine.Workload;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A workload for the unit tier. A policy allows a path here when its text names it: a stand-in for
 * Vault's own answer.
 */
final class UnitWorkload implements Workload {
  private static final int OK = 200;
  private static final int FORBIDDEN = 403;

  private final UnsafeInMemoryCredentialBroker broker;
  private final ExampleSystem example;
  private final Map<String, List<String>> policies = new HashMap<>();

  UnitWorkload(UnsafeInMemoryCredentialBroker broker, ExampleSystem example) {
    this.broker = broker;
    this.example = example;
  }

  @Override
  public Optional<SecretText> login(SystemRef system, String role) {
    SystemPolicy policy = example.policy(system);
    for (Slot slot : Slot.values()) {
      try {
        String token = broker.login(system, slot, role, policy.subject(), policy.audience());
        broker.inspect(system, slot).roles().stream()
            .filter(found -> found.name().equals(role))
            .findFirst()
            .ifPresent(found -> policies.put(token, found.policies()));
        return Optional.of(SecretText.of(token));
      } catch (GateException refused) {
        continue;
      }
    }
    return Optional.empty();
  }

  @Override
  public int read(SecretText token, String path) {
    List<String> held = policies.getOrDefault(token.reveal(), List.of());
    boolean named =
        !held.isEmpty()
            && broker.policies(held).values().stream()
                .anyMatch(body -> body.contains('"' + path + '"'));
    return alive(token) && named ? OK : FORBIDDEN;
  }

  @Override
  public boolean alive(SecretText token) {
    return broker.works(token.reveal());
  }
}
