package io.countersign.worker.gateway;

import io.countersign.grant.SystemRef;
import io.countersign.policy.GateFunction;
import io.countersign.release.GateState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which releases to list. Names are held to the alphabet of release ids before they get into a
 * visibility query, so that nothing in them can be read as a part of it.
 *
 * @param since whose workflow started at or after it; a live release that went on as a new run
 *     counts from that run
 * @param limit the most that are answered, 1 to 1,000
 */
public record ReleaseFilter(
    @Nullable String environment,
    @Nullable String system,
    @Nullable GateState state,
    @Nullable GateFunction awaiting,
    @Nullable String tier,
    @Nullable Instant since,
    boolean openOnly,
    int limit) {
  private static final int MOST = 1_000;
  private static final String ANY = "x";

  public ReleaseFilter {
    new SystemRef(environment == null ? ANY : environment, system == null ? ANY : system);
    try {
      new SystemRef(ANY, tier == null ? ANY : tier);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "tier: allowed is 1 to 32 of a-z 0-9 - beginning and ending with a letter or digit");
    }
    if (limit < 1 || limit > MOST) {
      throw new IllegalArgumentException("limit: found " + limit + ", allowed is 1 to " + MOST);
    }
  }

  /** Everything, as much as fits. */
  public static ReleaseFilter all() {
    return new ReleaseFilter(null, null, null, null, null, null, false, MOST);
  }

  /** As a visibility query of Temporal. */
  String query() {
    List<String> terms = new ArrayList<>();
    terms.add("WorkflowType = 'ReleaseGate'");
    // A release that went on as a new run is one release.
    terms.add("ExecutionStatus != 'ContinuedAsNew'");
    term(terms, "GateEnvironment", "=", environment);
    term(terms, "GateSystem", "=", system);
    term(terms, "GateState", "=", state == null ? null : state.name());
    term(terms, "GateAwaiting", "=", awaiting == null ? null : awaiting.toString());
    term(terms, "GateTier", "=", tier);
    term(terms, "StartTime", ">=", since == null ? null : since.toString());
    term(terms, "ExecutionStatus", "=", openOnly ? "Running" : null);
    return String.join(" AND ", terms);
  }

  private static void term(
      List<String> terms, String attribute, String is, @Nullable String value) {
    if (value != null) {
      terms.add(attribute + " " + is + " '" + value + "'");
    }
  }
}
