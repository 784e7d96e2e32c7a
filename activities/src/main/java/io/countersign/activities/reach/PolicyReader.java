package io.countersign.activities.reach;

import io.countersign.activities.port.Progress;
import io.countersign.activities.port.RuntimePolicies;
import io.countersign.activities.port.RuntimePolicies.Compilation;
import io.countersign.activities.port.SubjectSource;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads what the runtime policies of releases permit. */
public final class PolicyReader {
  private static final int KEPT = 256;

  private final RuntimePolicies engine;

  /** By what was compared. Its bytes are bound by digests, so that it cannot come out otherwise. */
  private final Map<Compared, PolicyComparison> told =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Compared, PolicyComparison> eldest) {
              return size() > KEPT;
            }
          });

  private record Compared(Manifest now, Manifest old) {}

  public PolicyReader(RuntimePolicies engine) {
    this.engine = engine;
  }

  /**
   * The files of a release's policy.
   *
   * @throws GateException as {@link PolicyFiles#read}; DIGEST_MISMATCH also where the manifest
   *     names no digest
   */
  public Map<String, byte[]> files(SubjectSource source, Manifest manifest, Progress progress) {
    return PolicyFiles.read(
        source, manifest.subjects().policy().uri(), approved(manifest), progress);
  }

  /** The digest of a release's policy; DIGEST_MISMATCH where the manifest names none. */
  public Digest approved(Manifest manifest) {
    Manifest.Subject policy = manifest.subjects().policy();
    Digest approved = policy.digest();
    if (approved == null) {
      throw new GateException(
          FailureType.DIGEST_MISMATCH, policy.uri() + ": the manifest names no digest");
    }
    return approved;
  }

  /** The policy with guard rails, or why there is none. */
  public Compilation compile(Map<String, byte[]> files, Map<String, byte[]> guardRails) {
    return engine.compile(files, guardRails);
  }

  /**
   * How much more the one policy permits than the other, each for its own release. A policy may
   * name the release, so that equal bytes can permit more for a later version: they are asked too.
   *
   * @param files of the release
   * @throws GateException SOURCE_UNAVAILABLE while the predecessor's policy cannot be had
   */
  public PolicyComparison compare(
      Map<String, byte[]> files, Manifest now, Manifest old, SubjectSource source) {
    Compared key = new Compared(now, old);
    PolicyComparison known = told.get(key);
    if (known != null) {
      return known;
    }
    PolicyComparison compared = compared(files, now, old, source);
    if (compared.untold() == null) {
      told.put(key, compared);
    }
    return compared;
  }

  private PolicyComparison compared(
      Map<String, byte[]> files, Manifest now, Manifest old, SubjectSource source) {
    try {
      boolean same = approved(now).equals(approved(old));
      Map<String, byte[]> before = same ? files : files(source, old, Progress.unwatched());
      Optional<Reach> reach = reach(files, now);
      if (reach.isEmpty()) {
        return PolicyComparison.untold("the policy is refused, or has too many kinds of calls");
      }
      return reach(before, old)
          .map(earlier -> PolicyComparison.of(reach.get(), earlier))
          .orElseGet(
              () ->
                  PolicyComparison.untold(
                      "the predecessor's policy is refused, or has too many kinds of calls"));
    } catch (GateException failure) {
      if (failure.type().retryable()) {
        throw failure;
      }
      return PolicyComparison.untold(
          "the predecessor's policy cannot be read: " + failure.type().name());
    }
  }

  /** Empty where the policy is refused or there are too many kinds of calls to look at. */
  private Optional<Reach> reach(Map<String, byte[]> files, Manifest manifest) {
    if (Reach.tools(manifest).isEmpty()) {
      return Optional.of(Reach.none());
    }
    return engine.compile(files, Map.of()) instanceof Compilation.Ready ready
        ? Reach.of(ready.policy(), files, manifest)
        : Optional.empty();
  }

  /** Files of a policy and of guard rails, whose names may be the same. */
  public static Map<String, byte[]> together(
      Map<String, byte[]> files, Map<String, byte[]> guardRails) {
    Map<String, byte[]> all = new TreeMap<>(files);
    guardRails.forEach((name, bytes) -> all.put("guard-rail/" + name, bytes));
    return all;
  }
}
