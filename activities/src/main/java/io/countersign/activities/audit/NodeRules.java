package io.countersign.activities.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.signoff.VerificationKey;
import io.countersign.failure.GateException;
import io.countersign.record.Entry;
import io.countersign.release.Digest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which keys were decision nodes' at what time, by the rule files that releases of the store are
 * frozen under. A file counts only where its policy owners signed it, where the auditor knows any.
 */
final class NodeRules {
  private final ReleaseRecord record;
  private final AuditTools tools;
  private final Map<Digest, Optional<SortedMap<String, VerificationKey>>> files = new HashMap<>();
  private final List<Since> sinces = new ArrayList<>();

  private record Since(Instant at, SortedMap<String, VerificationKey> keys) {}

  NodeRules(ReleaseRecord record, AuditTools tools) {
    this.record = record;
    this.tools = tools;
  }

  /** The rules that a release was resolved under. */
  void resolved(Entry entry) {
    JsonNode body = Dossiers.json(entry.body());
    Digest gate = Digest.parse(body.path("gateDigest").asText());
    if (!files.containsKey(gate) || files.get(gate).isEmpty()) {
      files.put(gate, keys(gate, body.path("gateSignatures"), entry.at()));
    }
    files.get(gate).ifPresent(keys -> sinces.add(new Since(entry.at(), keys)));
  }

  private Optional<SortedMap<String, VerificationKey>> keys(
      Digest gate, JsonNode signatures, Instant at) {
    try {
      byte[] file = document(gate);
      if (tools.approval() != null) {
        tools.approval().require(file, document(Digest.parse(signatures.asText())), at);
      }
      SortedMap<String, VerificationKey> keys = new TreeMap<>();
      tools
          .keys()
          .ofNodes(tools.parser().gatePolicy(file).decisionNodes())
          .forEach(key -> keys.put(key.keyId(), key));
      return Optional.of(keys);
    } catch (GateException | IllegalArgumentException notInForce) {
      if (notInForce instanceof GateException gone && gone.type().retryable()) {
        throw gone;
      }
      // The release that is frozen under it says what is wrong with it.
      return Optional.empty();
    }
  }

  private byte[] document(Digest digest) {
    return record
        .documents()
        .document(digest)
        .filter(bytes -> Digest.of(bytes).equals(digest))
        .orElseThrow(() -> new IllegalArgumentException("no document of this digest"));
  }

  /** All keys that rules of the record ever named, by id. */
  SortedMap<String, VerificationKey> ever() {
    SortedMap<String, VerificationKey> all = new TreeMap<>();
    sinces.forEach(since -> all.putAll(since.keys()));
    return all;
  }

  /** Whether the record holds this rule file, as its owners signed it. */
  boolean holds(Digest gate) {
    return files.getOrDefault(gate, Optional.empty()).isPresent();
  }

  /**
   * Whether a key was a node's in an interval: the rules that are known to have been in force when
   * it began name it, or later ones do, because a rule may be late.
   */
  boolean named(String keyId, Instant from) {
    List<Since> inOrder = sinces.stream().sorted(Comparator.comparing(Since::at)).toList();
    Set<String> named = new HashSet<>();
    for (Since since : inOrder) {
      if (!since.at().isAfter(from)) {
        named.clear();
      }
      named.addAll(since.keys().keySet());
    }
    return named.contains(keyId);
  }
}
