package io.countersign.activities.port;

import io.countersign.activities.port.LiveDecisions.WorkloadKey;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * A release as its workload's requests are decided: the ceiling that people approved, and how it
 * stands at the moment of asking.
 *
 * @param tools permissions by tool
 * @param dataClasses of the profile
 * @param policyUri where the bytes of the policy are; a trusted source must lead there
 * @param policyDigest of those bytes, as approved
 * @param gateDigest the gate file that the release is frozen under
 * @param until from this moment on it is not in force, whatever the record says or does not say
 */
public record GovernedRelease(
    ReleaseId id,
    Digest releaseDigest,
    WorkloadKey workload,
    Map<String, Set<String>> tools,
    Set<String> dataClasses,
    String policyUri,
    Digest policyDigest,
    Digest gateDigest,
    Instant until,
    Hold hold) {

  public GovernedRelease {
    Map<String, Set<String>> copied = new HashMap<>();
    tools.forEach((tool, permissions) -> copied.put(tool, Set.copyOf(permissions)));
    tools = Map.copyOf(copied);
    dataClasses = Set.copyOf(dataClasses);
  }

  /** How a release stands. */
  public enum Hold {
    IN_FORCE,
    /** Suspended, or a person took a sign-off back: only people's decision ends it. */
    SUSPENDED,
    /** In force as the record says, and the gate signed nothing that says so: not believed. */
    NOT_PROVED,
    /** Ended, being ended, or in standby without access. */
    NOT_LIVE
  }

  /** The release that a manifest describes. */
  public static GovernedRelease of(
      Manifest manifest, Digest releaseDigest, Digest gateDigest, Instant until, Hold hold) {
    ReleaseId id = manifest.id();
    TreeMap<String, Set<String>> tools = new TreeMap<>();
    for (Manifest.Tool tool :
        Objects.requireNonNullElse(manifest.access().tools(), List.<Manifest.Tool>of())) {
      tools.computeIfAbsent(tool.name(), name -> new HashSet<>()).addAll(tool.permissions());
    }
    return new GovernedRelease(
        id,
        releaseDigest,
        new WorkloadKey(
            id.environment(),
            id.system(),
            manifest.workload().issuer(),
            manifest.workload().identity()),
        tools,
        Set.copyOf(manifest.profile().dataClasses()),
        manifest.subjects().policy().uri(),
        Objects.requireNonNull(manifest.subjects().policy().digest()),
        gateDigest,
        until,
        hold);
  }

  /** The same release that stands otherwise. */
  public GovernedRelease with(Hold other) {
    return other == hold ? this : standing(other, until);
  }

  /** The same release that stands otherwise and until another time. */
  public GovernedRelease standing(Hold other, Instant end) {
    return new GovernedRelease(
        id,
        releaseDigest,
        workload,
        tools,
        dataClasses,
        policyUri,
        policyDigest,
        gateDigest,
        end,
        other);
  }

  /** The release at a moment: from its end on nothing that was read keeps it in force. */
  public GovernedRelease at(Instant moment) {
    return hold == Hold.IN_FORCE && !moment.isBefore(until) ? with(Hold.NOT_LIVE) : this;
  }

  public boolean hasTool(String tool) {
    return tools.containsKey(tool);
  }

  public boolean hasPermission(String tool, String permission) {
    return tools.getOrDefault(tool, Set.of()).contains(permission);
  }

  public boolean hasDataClasses(List<String> asked) {
    return dataClasses.containsAll(asked);
  }
}
