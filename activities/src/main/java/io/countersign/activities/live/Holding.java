package io.countersign.activities.live;

import io.countersign.activities.port.DocumentParser;
import io.countersign.activities.port.GovernedRelease;
import io.countersign.activities.port.GovernedRelease.Hold;
import io.countersign.activities.port.LiveTraces.LiveGrant;
import io.countersign.activities.port.LiveTraces.Told;
import io.countersign.activities.port.LiveTraces.Trace;
import io.countersign.activities.port.Permit;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.release.Standing;
import io.countersign.activity.GrantActivities.Drift;
import io.countersign.record.EntryKind;
import io.countersign.release.Manifest;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a release stands by what was read. In force needs everything: a LIVE grant, the entry that
 * tells of this very grant, and no entry that tells against it, be it only that something is about
 * to be taken back.
 */
final class Holding {
  private static final Set<String> WIDENED =
      Set.of(Drift.WIDENED.name(), Drift.SUPPLIER_WITHDRAWN.name());

  private final DocumentParser parser;

  Holding(DocumentParser parser) {
    this.parser = parser;
  }

  /**
   * The release that was frozen, which is not in force by that alone.
   *
   * @throws RuntimeException for what cannot be read; such a release is in nobody's list
   */
  GovernedRelease frozen(ReleaseId id, Told told) {
    if (!told.manifest().digest().equals(told.releaseDigest())) {
      throw new IllegalArgumentException("the manifest is not the release's");
    }
    Manifest manifest = parser.manifest(Dossiers.json(told.manifest()));
    if (!manifest.id().equals(id)) {
      throw new IllegalArgumentException("the manifest names another release");
    }
    return GovernedRelease.of(
        manifest, told.releaseDigest(), told.gateDigest(), Instant.EPOCH, Hold.NOT_LIVE);
  }

  /**
   * How a release stands by its traces, its grant and what was proved of it. A grant that anything
   * was told against once never counts again, whatever is told later: the gate grants anew.
   *
   * @throws RuntimeException for what cannot be read
   */
  static GovernedRelease judge(
      GovernedRelease frozen,
      List<Trace> traces,
      @Nullable LiveGrant grant,
      @Nullable Proof proof) {
    Standing.Course course = new Standing.Course(frozen.id());
    boolean granted = false;
    boolean ended = false;
    boolean suspended = false;
    boolean reviewed = false;
    Instant reviewBy = null;
    for (Trace trace : traces) {
      if (Standing.tells(trace.kind())) {
        course.next(trace.kind(), trace::field);
      }
      boolean ofGrant = grant != null && trace.field("grantId").equals(grant.id().toString());
      ended |= granted && trace.kind() == EntryKind.REVOCATION;
      granted |= trace.kind() == EntryKind.GRANT && ofGrant;
      suspended |= granted && course.standing() == Standing.SUSPENDED;
      suspended |=
          trace.kind() == EntryKind.DRIFT && ofGrant && WIDENED.contains(trace.field("drift"));
      reviewed |= trace.kind() == EntryKind.EMERGENCY_REVIEWED;
      if (trace.kind() == EntryKind.GRANT && reviewBy == null) {
        String by = trace.field("reviewBy");
        reviewBy = by.isEmpty() ? null : Instant.parse(by);
      }
    }
    Hold hold =
        switch (course.standing()) {
          case CLEAR ->
              !granted || ended ? Hold.NOT_LIVE : suspended ? Hold.SUSPENDED : proved(proof);
          case SUSPENDED -> Hold.SUSPENDED;
          case STANDBY, ENDED -> Hold.NOT_LIVE;
        };
    return frozen.standing(hold, until(grant, proof, reviewed, reviewBy));
  }

  private static Hold proved(@Nullable Proof proof) {
    return proof == null || proof.proved() == null ? Hold.NOT_PROVED : Hold.IN_FORCE;
  }

  private static Instant until(
      @Nullable LiveGrant grant,
      @Nullable Proof proof,
      boolean reviewed,
      @Nullable Instant reviewBy) {
    Instant end = grant == null ? Instant.EPOCH : grant.until();
    if (proof != null && proof.proved() != null) {
      Permit permit = proof.proved().permit();
      end = earlier(end, permit.expiresAt());
      end = reviewed ? end : earlier(end, permit.reviewBy());
    }
    return reviewed ? end : earlier(end, reviewBy);
  }

  private static Instant earlier(Instant end, @Nullable Instant other) {
    return other != null && other.isBefore(end) ? other : end;
  }
}
