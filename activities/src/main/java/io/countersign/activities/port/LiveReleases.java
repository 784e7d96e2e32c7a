package io.countersign.activities.port;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.LiveRelease;
import io.countersign.record.Supersession;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.Optional;

/** Which release serves a system, and which one it replaced. */
public interface LiveReleases {
  /** The newest release whose grant is LIVE and that is not superseded. */
  Optional<LiveRelease> live(String environment, String system);

  /**
   * Records that a newer live release of the same system replaced an older one. Again changes
   * nothing. {@code RECORD_CONFLICT} unless {@code by} has a LIVE grant that was opened after the
   * newest of {@code old}, and if another release replaced {@code old} already.
   */
  void markSuperseded(ReleaseId old, ReleaseId by, Instant at);

  Optional<Supersession> superseded(ReleaseId release);

  /**
   * Undoes every supersession by a release that was rolled back. {@code RECORD_CONFLICT} while that
   * release may still be given access: its grant must be revoking or gone.
   */
  void clearSuperseded(ReleaseId by, Instant at);

  /** Refuses a successor of another system or environment, and a release as its own successor. */
  static void requireSuccessor(ReleaseId old, ReleaseId by) {
    if (old.equals(by) || !old.withVersion(by.version()).equals(by)) {
      throw new GateException(FailureType.RECORD_CONFLICT, by + " cannot replace " + old);
    }
  }
}
