package io.countersign.activities.runtime;

import io.countersign.activities.port.GateRules;
import io.countersign.activities.port.GovernedRelease;
import io.countersign.activities.port.GuardRails;
import io.countersign.activities.port.LiveDecisions.View;
import io.countersign.activities.port.LiveDecisions.WorkloadKey;
import io.countersign.activities.port.SubjectSource;
import io.countersign.activities.port.SubjectSources;
import io.countersign.activities.port.WorkloadTokens;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy;
import io.countersign.policy.GatePolicy.SystemPolicy;
import io.countersign.release.Digest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules in force, read by one thread and kept for whoever asks. Rules that cannot be read count
 * for as long as the record may be old, and then nobody is known. Beside them, a policy of every
 * release that may ask is wanted before anybody does.
 */
public final class RuleBook {
  private static final Logger LOG = LoggerFactory.getLogger(RuleBook.class);

  private final GateRules rules;
  private final WorkloadTokens.Rules tokens;
  private final GuardRails guardRails;
  private final SubjectSources sources;
  private final Duration limit;
  private final LongSupplier nanos;
  private volatile @Nullable Page page;

  /** What follows from one reading. */
  public record Page(
      GatePolicy policy,
      Digest digest,
      WorkloadTokens tokens,
      SubjectSource source,
      PolicyShelf.Rails rails,
      long readAt) {}

  /**
   * @param limit for how long rules count that cannot be read any more
   */
  public RuleBook(
      GateRules rules,
      WorkloadTokens.Rules tokens,
      GuardRails guardRails,
      SubjectSources sources,
      Duration limit,
      LongSupplier nanos) {
    this.rules = rules;
    this.tokens = tokens;
    this.guardRails = guardRails;
    this.sources = sources;
    this.limit = limit;
    this.nanos = nanos;
  }

  /** The rules, unless they are too old. */
  public Optional<Page> page() {
    Page newest = page;
    return newest == null || nanos.getAsLong() - newest.readAt() > limit.toNanos()
        ? Optional.empty()
        : Optional.of(newest);
  }

  /** Guard rails of the newest reading, however old. */
  public PolicyShelf.Rails rails() {
    Page newest = page;
    return newest == null
        ? new PolicyShelf.Rails(Digest.of(new byte[0]), Map.of())
        : newest.rails();
  }

  /** Reads once. What cannot be read changes nothing. */
  public void look() {
    long began = nanos.getAsLong();
    Page before = page;
    try {
      GateRules.Rules now = rules.now();
      GatePolicy policy = now.policy();
      Page same = before != null && before.digest().equals(now.gateDigest()) ? before : null;
      Map<String, byte[]> files = guardRails.under(policy);
      page =
          new Page(
              policy,
              now.gateDigest(),
              same != null ? same.tokens() : tokens.under(policy),
              same != null ? same.source() : sources.under(policy),
              new PolicyShelf.Rails(digest(files), files),
              began);
    } catch (GateException unusable) {
      LOG.warn("The rules were not read: {}", unusable.getMessage());
    }
  }

  /** Has the policies of all releases made ready that may ask, and those forgotten that may not. */
  public void prepare(View view, PolicyShelf shelf) {
    Page newest = page;
    if (newest == null) {
      return;
    }
    Set<Digest> wanted = new HashSet<>();
    for (SystemPolicy system : newest.policy().systems()) {
      WorkloadKey workload =
          new WorkloadKey(system.environment(), system.name(), system.issuer(), system.subject());
      for (GovernedRelease release : view.of(workload)) {
        if (release.hold() == GovernedRelease.Hold.NOT_PROVED) {
          continue;
        }
        wanted.add(release.policyDigest());
        if (release.hold() != GovernedRelease.Hold.NOT_LIVE) {
          shelf.of(release);
        }
      }
    }
    shelf.retain(wanted);
  }

  private static Digest digest(Map<String, byte[]> files) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    new TreeMap<>(files)
        .forEach(
            (name, bytes) ->
                all.writeBytes(
                    (name + " " + Digest.of(bytes) + "\n").getBytes(StandardCharsets.UTF_8)));
    return Digest.of(all.toByteArray());
  }
}
