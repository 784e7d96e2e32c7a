package io.countersign.decision;

import io.countersign.policy.Approvers;
import io.countersign.policy.GatePolicy.Caps;
import io.countersign.policy.GatePolicy.CheckRule;
import io.countersign.policy.Requirement;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.release.Span;
import java.util.List;

/**
 * What one release needs, frozen at its submission (I10), next to the approvers as they are now.
 *
 * <p>Refused: empty requirements or checks, and an empty submitter (I14).
 *
 * @param functions people wanted, by function
 * @param checks checks wanted, and whether a failure may be waived
 * @param submitter has no voice (I4); a person's id, or {@code ci:<issuer>#<subject>}
 * @param contributors have no voice (I4); the checks may name more
 * @param approvers rights as read at the time of the question, not as frozen
 * @param maxAge how old a sign-off may be when it is counted (I9)
 * @param caps the tier's longest times, that of a waiver among them
 */
public record Requirements(
    ReleaseId release,
    Digest releaseDigest,
    Digest reviewDigest,
    List<Requirement> functions,
    List<CheckRule> checks,
    String submitter,
    List<String> contributors,
    Approvers approvers,
    Span maxAge,
    Caps caps) {
  public Requirements {
    functions = List.copyOf(functions);
    checks = List.copyOf(checks);
    contributors = List.copyOf(contributors);
    if (functions.isEmpty() || checks.isEmpty() || submitter.isBlank()) {
      throw new IllegalArgumentException(
          "requirements: functions, checks and submitter must not be empty");
    }
  }
}
