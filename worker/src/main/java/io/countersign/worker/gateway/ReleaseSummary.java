package io.countersign.worker.gateway;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.countersign.release.Digest;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Temporal itself knows of a release without asking its gate.
 *
 * @param state as last shown; null when the gate never showed one
 * @param open whether its workflow runs; a state before the end with a closed workflow means that
 *     somebody ended the workflow from outside
 * @param awaiting functions that still want somebody
 */
public record ReleaseSummary(
    ReleaseId release,
    @Nullable GateState state,
    boolean open,
    @Nullable String tier,
    List<String> awaiting,
    @Nullable Digest releaseDigest,
    Instant startedAt,
    @Nullable Instant closedAt) {
  public ReleaseSummary {
    awaiting = List.copyOf(awaiting);
  }

  /** Whether the workflow was ended by somebody who is not the gate. */
  @JsonProperty
  public boolean interrupted() {
    return !open && (state == null || !state.ended());
  }
}
