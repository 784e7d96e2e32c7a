package io.countersign.activities.adapter.signing;

import io.countersign.activities.port.KeyDirectory;
import io.countersign.activities.port.KeyReader;
import io.countersign.activities.signoff.VerificationKey;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.Approvers;
import io.countersign.policy.Approvers.Person;
import io.countersign.policy.Approvers.PersonKey;
import io.countersign.policy.ExternalWorker;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The keys of an approvers file, by person, and of external workers in a gate policy. */
public final class ApproverKeys implements KeyReader {
  @Override
  public KeyDirectory of(Approvers approvers) {
    Map<String, List<VerificationKey>> keys = new TreeMap<>();
    for (Person person : approvers.people()) {
      keys.put(person.id(), person.keys().stream().map(key -> read(person, key)).toList());
    }
    return person -> keys.getOrDefault(person, List.of());
  }

  @Override
  public List<VerificationKey> of(ExternalWorker worker) {
    try {
      return worker.keys().stream().map(Keys::publicKey).toList();
    } catch (IllegalArgumentException e) {
      throw new GateException(
          FailureType.INVALID_GATE_POLICY,
          "a public key for task queue " + worker.taskQueue() + " cannot be read",
          e);
    }
  }

  @Override
  public List<VerificationKey> ofNodes(List<String> keys) {
    try {
      return keys.stream().map(Keys::publicKey).toList();
    } catch (IllegalArgumentException e) {
      throw new GateException(
          FailureType.INVALID_GATE_POLICY, "a public key of a decision node cannot be read", e);
    }
  }

  private static VerificationKey read(Person person, PersonKey key) {
    try {
      VerificationKey read = Keys.publicKey(key.publicKey());
      if (!read.keyId().equals(key.keyId())) {
        throw new IllegalArgumentException("key: its id is another than that of its text");
      }
      return read;
    } catch (IllegalArgumentException e) {
      throw new GateException(
          FailureType.INVALID_APPROVERS, person.id() + ": a public key cannot be read", e);
    }
  }
}
