package io.countersign.activities.sweep;

import io.countersign.activity.SweepReport.Reason;
import io.countersign.grant.Inspection;
import io.countersign.grant.Slot;
import io.countersign.grant.SlotRole;
import io.countersign.grant.SystemRef;
import io.countersign.record.Grant;
import io.countersign.release.ReleaseId;
import java.util.List;
import java.util.Optional;

/** One slot whose content should be revoked. */
sealed interface Suspect {
  SystemRef system();

  Slot slot();

  Reason reason();

  /** The releases that would lose access. */
  List<ReleaseId> releases();

  /** An open grant that nobody answers for. */
  record DueGrant(Grant grant, Reason reason) implements Suspect {
    @Override
    public SystemRef system() {
      return SystemRef.of(grant.release());
    }

    @Override
    public Slot slot() {
      return grant.slot();
    }

    @Override
    public List<ReleaseId> releases() {
      return List.of(grant.release());
    }
  }

  /** A slot without an open grant that is not empty. */
  record Orphan(Inspection seen, Reason reason) implements Suspect {
    @Override
    public SystemRef system() {
      return seen.system();
    }

    @Override
    public Slot slot() {
      return seen.slot();
    }

    @Override
    public List<ReleaseId> releases() {
      return releasesOf(seen);
    }
  }

  /** The releases whose roles these are; a role with a name that no release can have is none. */
  static List<ReleaseId> releasesOf(Inspection seen) {
    return seen.roles().stream()
        .filter(role -> !role.isProbe())
        .flatMap(role -> named(seen.system(), role).stream())
        .toList();
  }

  /** Names of roles that neither a release nor the probe can have. */
  static List<String> strangersOf(Inspection seen) {
    return seen.roles().stream()
        .filter(role -> !role.isProbe() && named(seen.system(), role).isEmpty())
        .map(SlotRole::name)
        .toList();
  }

  private static Optional<ReleaseId> named(SystemRef system, SlotRole role) {
    try {
      return Optional.of(system.release(role.name()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
