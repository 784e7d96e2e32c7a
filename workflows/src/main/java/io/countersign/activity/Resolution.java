package io.countersign.activity;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.countersign.policy.GatePolicy.Lifecycle;
import io.countersign.policy.GatePolicy.SignOffRules;
import io.countersign.policy.Requirement;
import io.countersign.release.Change;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.release.Span;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rules that a release was frozen under, as far as the workflow schedules by them. The record
 * holds the whole; a forged resolution can disturb the schedule, nothing else.
 *
 * @param checks the checks of the tier, in the order of the gate policy
 * @param validity how long a grant lives
 * @param emergency what the release skips as an emergency, in words; null for no emergency
 * @param external those of the checks that are answered from other task queues
 * @param differences how it differs from its predecessor, in sentences; null before they were told
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
    @Nullable ReleaseId predecessor,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ExternalCheck> external,
    @Nullable List<String> differences,
    @Nullable String emergency) {
  public Resolution {
    Objects.requireNonNull(signOffs, "signOffs");
    Objects.requireNonNull(lifecycle, "lifecycle");
    changes = List.copyOf(changes);
    checks = List.copyOf(checks);
    requirements = List.copyOf(requirements);
    external = external == null ? List.of() : List.copyOf(external);
    differences = differences == null ? null : List.copyOf(differences);
    if (checks.isEmpty() || requirements.isEmpty()) {
      throw new IllegalArgumentException("resolution: checks and requirements must not be empty");
    }
  }

  /** Where the gate's own workers run every check, and no difference is told. */
  public Resolution(
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
    this(
        releaseDigest,
        submitter,
        tier,
        changes,
        checks,
        requirements,
        signOffs,
        lifecycle,
        validity,
        predecessor,
        List.of(),
        null,
        null);
  }

  /** How this check is scheduled when it is answered from another task queue. */
  public Optional<ExternalCheck> external(String check) {
    return external.stream().filter(one -> one.check().equals(check)).findFirst();
  }
}
