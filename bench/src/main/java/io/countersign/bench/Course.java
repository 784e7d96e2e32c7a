package io.countersign.bench;

import io.countersign.activity.Submission;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.util.Set;

/**
 * One way of bringing a release from its submission to the point where the gate says LIVE. What a
 * client does on the way is the same on every course: start, one question, three signed signals.
 */
interface Course {
  /** Name in the table. */
  String name();

  /** The id of the workflow that it starts for a release. */
  String workflowId(ReleaseId release);

  void start(Submission submission);

  /**
   * Asks the workflow for what the people sign off, once.
   *
   * @throws IllegalStateException when it does not say yet
   */
  Digest review(Submission submission);

  void signOff(ReleaseId release, String envelope);

  /** Whether a workload has to prove its identity on the way. */
  boolean wantsWorkload();

  /** Which of these have something to sign off. */
  Set<ReleaseId> reviewed(Set<ReleaseId> releases);

  /** Which of these have come to the end of the course. */
  Set<ReleaseId> live(Set<ReleaseId> releases);

  /** Ends these releases and returns when their slots are free again; not part of a measurement. */
  void clear(Set<Submission> submissions);
}
