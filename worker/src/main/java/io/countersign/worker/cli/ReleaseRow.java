package io.countersign.worker.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.record.ListedRelease;
import io.countersign.release.Digest;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.worker.gateway.ReleaseSummary;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of {@code release list}, from whoever knows the release.
 *
 * @param source {@code temporal}, or {@code record} where Temporal was not asked or has forgotten
 *     it
 */
record ReleaseRow(
    ReleaseId release,
    @Nullable String state,
    boolean open,
    @Nullable String tier,
    List<String> awaiting,
    @Nullable Digest releaseDigest,
    Instant startedAt,
    @Nullable Instant closedAt,
    @Nullable String submitter,
    String source) {
  static ReleaseRow of(ReleaseSummary summary, @Nullable ListedRelease listed) {
    return new ReleaseRow(
        summary.release(),
        summary.state() == null ? null : summary.state().name(),
        summary.open(),
        summary.tier(),
        summary.awaiting(),
        summary.releaseDigest(),
        listed == null ? summary.startedAt() : listed.submittedAt(),
        summary.closedAt(),
        listed == null ? null : listed.submitter(),
        "temporal");
  }

  static ReleaseRow of(ListedRelease listed) {
    return new ReleaseRow(
        listed.release(),
        listed.state(),
        listed.completedAt() == null,
        listed.tier(),
        List.of(),
        listed.releaseDigest(),
        listed.submittedAt(),
        listed.completedAt(),
        listed.submitter(),
        "record");
  }

  /** Whether the workflow was ended by somebody who is not the gate. */
  @JsonProperty
  boolean interrupted() {
    return !open
        && Arrays.stream(GateState.values())
            .noneMatch(end -> end.ended() && end.name().equals(state));
  }

  String line() {
    return "%-44s %-18s %-16s %-9s %s"
        .formatted(
            release,
            interrupted() ? "INTERRUPTED" : state == null ? "-" : state,
            tier == null ? "-" : tier,
            source,
            String.join(", ", awaiting));
  }
}
