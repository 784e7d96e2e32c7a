package io.countersign.activities.port;

import io.countersign.release.ReleaseId;

/**
 * Asks Temporal about one workflow by its id (never the visibility store, which lags). Every
 * operation fails with TEMPORAL_UNAVAILABLE when nothing was learned: absence is only ever an
 * answer, never the lack of one.
 */
public interface WorkflowDirectory {
  /** The id (not the name) of the namespace that is asked, as it is now. */
  String namespaceId();

  /**
   * How the chain of runs that began with this run stands: a chain goes on through continue-as-new
   * and reset, and ends with its last run.
   *
   * @param firstRunId the first run of the chain
   */
  Presence presence(ReleaseId release, String firstRunId);

  /** Whether any chain runs under this release's workflow id. */
  boolean running(ReleaseId release);

  /** What became of a chain. */
  enum Presence {
    RUNNING,
    /** Closed in whatever way, and nothing followed. */
    ENDED,
    /** Another chain was started under the same id, which is only possible after the end. */
    REPLACED,
    /** Never there, or deleted, or a wrong namespace was asked. */
    NOT_FOUND
  }
}
