package io.countersign.activities.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectSource;
import io.countersign.policy.GatePolicy;
import io.countersign.policy.GatePolicy.SystemPolicy;
import io.countersign.policy.GatePolicy.Tier;
import io.countersign.release.Manifest;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a check may know.
 *
 * @param predecessor manifest of the live release of the same system and environment; null for a
 *     first release
 * @param tier the tier that the release was frozen into
 * @param with the settings of this check in the tier
 * @param policyBodies the Vault policies that the manifest selects, by name
 * @param predecessorPolicyBodies those of the predecessor, as they were frozen with it; empty
 *     without predecessor
 * @param predecessorMeasurements what the same check measured on the predecessor, from its signed
 *     result; null when there is none
 * @param world what has to be asked for; only the check that needs it asks
 */
public record CheckContext(
    Manifest manifest,
    @Nullable Manifest predecessor,
    SystemPolicy system,
    GatePolicy policy,
    Tier tier,
    Map<String, JsonNode> with,
    SubjectSource subjects,
    SortedMap<String, String> policyBodies,
    SortedMap<String, String> predecessorPolicyBodies,
    @Nullable SortedMap<String, String> predecessorMeasurements,
    World world,
    Progress progress) {
  public CheckContext {
    with = Collections.unmodifiableMap(new TreeMap<>(with));
    policyBodies = Collections.unmodifiableSortedMap(new TreeMap<>(policyBodies));
    predecessorPolicyBodies =
        Collections.unmodifiableSortedMap(new TreeMap<>(predecessorPolicyBodies));
  }
}
