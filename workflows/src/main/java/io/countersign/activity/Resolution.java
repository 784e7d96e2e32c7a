package io.countersign.activity;

import io.countersign.policy.GatePolicy.Lifecycle;
import io.countersign.policy.GatePolicy.SignOffRules;
import io.countersign.policy.Requirement;
import io.countersign.release.Change;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.release.Span;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The rules that a release was frozen under, as far as the workflow schedules by them. The record
 * holds the whole; a forged resolution can disturb the schedule, nothing else.
 *
 * @param checks the checks of the tier, in the order of the gate policy
 * @param validity how long a grant lives
 */
public record Resolution(
    Digest releaseDigest,
    String submitter,
    String tier,
    List<Change> changes,
    List<String> checks,
    List<Requirement> requirements,
    SignOffRules signOffs,
    Lifecycle lifecycle,
    Span validity,
    @Nullable ReleaseId predecessor) {
  public Resolution {
    Objects.requireNonNull(signOffs, "signOffs");
    Objects.requireNonNull(lifecycle, "lifecycle");
    changes = List.copyOf(changes);
    checks = List.copyOf(checks);
    requirements = List.copyOf(requirements);
    if (checks.isEmpty() || requirements.isEmpty()) {
      throw new IllegalArgumentException("resolution: checks and requirements must not be empty");
    }
  }
}
