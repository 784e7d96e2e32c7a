package io.countersign.activities.port;

import io.countersign.release.ReleaseId;

/**
 * Which Temporal this worker serves and who runs there; recorded with each grant, so that a sweeper
 * in a wrong namespace believes nothing.
 */
public interface RunIdentity {
  /** The id (not the name) of the namespace. */
  String namespaceId();

  /**
   * Whether the chain of runs that began with this one is what runs under the release's workflow id
   * now. Asked of Temporal itself: whoever schedules an activity can claim any run.
   */
  boolean runs(ReleaseId release, String firstRunId);

  /** For the unit tier, where one process is all there is: every claim is taken. */
  static RunIdentity unchecked(String namespaceId) {
    return new RunIdentity() {
      @Override
      public String namespaceId() {
        return namespaceId;
      }

      @Override
      public boolean runs(ReleaseId release, String firstRunId) {
        return true;
      }
    };
  }
}
