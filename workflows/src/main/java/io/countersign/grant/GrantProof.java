package io.countersign.grant;

import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What Vault said when it was asked after the write: this role, whole, alone in its slot, and the
 * bodies of its policies.
 *
 * @param policies digest of each policy's body by name
 * @param at when the last of it was read
 */
public record GrantProof(
    ReleaseId release, Slot slot, SlotRole role, SortedMap<String, Digest> policies, Instant at) {
  public GrantProof {
    policies = Collections.unmodifiableSortedMap(new TreeMap<>(policies));
  }
}
