package io.countersign.activity;

import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.temporal.activity.ActivityInterface;

/** What is done with a signed envelope that reached the gate. */
@ActivityInterface
public interface MessageActivities {
  /**
   * Verifies an envelope, decides whether it counts and records it or its refusal. The same
   * statement again gets its first answer and writes nothing.
   */
  MessageOutcome assess(AssessRequest request);

  /**
   * @param envelope JSON text (DSSE)
   * @param state where the workflow stands; orders that make no sense there are refused
   */
  record AssessRequest(ReleaseId release, GateState state, String envelope) {}
}
