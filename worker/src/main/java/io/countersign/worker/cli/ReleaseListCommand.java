package io.countersign.worker.cli;

import io.countersign.activities.port.ReleaseQuery;
import io.countersign.policy.GateFunction;
import io.countersign.record.ListedRelease;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.release.Span;
import io.countersign.worker.gateway.Gateway;
import io.countersign.worker.gateway.ReleaseFilter;
import io.countersign.worker.gateway.ReleaseSummary;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code countersign release list}: what Temporal shows, and with a key what the record remembers
 * beside it. Where both know a release, Temporal's line stands.
 */
@Command(
    name = "list",
    description = "List releases, newest first; with --key those too that Temporal has forgotten.",
    mixinStandardHelpOptions = true)
final class ReleaseListCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(names = "--environment", paramLabel = "E", description = "Only of this environment.")
  private @Nullable String environment;

  @Option(names = "--system", paramLabel = "S", description = "Only of this system.")
  private @Nullable String system;

  @Option(names = "--state", paramLabel = "STATE", description = "Only in this state.")
  private @Nullable GateState state;

  @Option(
      names = "--awaiting",
      paramLabel = "F",
      description = "Only those that wait for this function; Temporal alone knows.")
  private @Nullable GateFunction awaiting;

  @Option(names = "--tier", paramLabel = "T", description = "Only of this tier.")
  private @Nullable String tier;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Only submitted since: 2026-11-01T00:00:00Z, or 30d for the last 30 days.")
  private @Nullable String since;

  @Option(
      names = "--by",
      paramLabel = "PERSON",
      description =
          "Only those that this person submitted, signed or gave orders to; the record alone knows.")
  private @Nullable String by;

  @Option(names = "--open", description = "Only those that have not ended; Temporal alone knows.")
  private boolean open;

  @Option(names = "--record-only", description = "Ask the record alone, without Temporal.")
  private boolean recordOnly;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "100",
      description = "At most so many (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Mixin private RemoteOptions remote;

  @Mixin private JsonOption json;

  ReleaseListCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    boolean asksRecord = recordOnly || by != null || remote.given();
    if ((awaiting != null || open) && recordOnly) {
      throw new IllegalArgumentException(
          "--awaiting and --open ask Temporal: allowed is --record-only without them");
    }
    Instant from = from();
    Map<ReleaseId, ListedRelease> recorded = asksRecord ? recorded(from) : new LinkedHashMap<>();
    List<ReleaseRow> rows = recordOnly ? new ArrayList<>() : running(from, recorded);
    if (awaiting == null && !open) {
      recorded.values().forEach(listed -> rows.add(ReleaseRow.of(listed)));
    }
    rows.sort(Comparator.comparing(ReleaseRow::startedAt).reversed());
    List<ReleaseRow> shown = rows.subList(0, Math.min(limit, rows.size()));
    Output output = json.to(surroundings);
    output.value(shown);
    shown.forEach(row -> output.line(row.line()));
    if (shown.isEmpty()) {
      output.line("no releases");
    }
    return ExitCode.DONE.number();
  }

  private Map<ReleaseId, ListedRelease> recorded(@Nullable Instant from) {
    Map<ReleaseId, ListedRelease> recorded = new LinkedHashMap<>();
    remote
        .open(surroundings)
        .list(new ReleaseQuery(environment, system, state, tier, by, from, null, limit))
        .forEach(listed -> recorded.put(listed.release(), listed));
    return recorded;
  }

  /** What Temporal shows; takes what it shows out of what the record remembers. */
  private List<ReleaseRow> running(@Nullable Instant from, Map<ReleaseId, ListedRelease> recorded) {
    ReleaseFilter filter =
        new ReleaseFilter(environment, system, state, awaiting, tier, from, open, limit);
    List<ReleaseSummary> found;
    try (Gateway gateway = surroundings.gateway()) {
      found = gateway.list(filter);
    }
    List<ReleaseRow> rows = new ArrayList<>();
    for (ReleaseSummary summary : found) {
      ListedRelease listed = recorded.remove(summary.release());
      if (by == null || listed != null) {
        rows.add(ReleaseRow.of(summary, listed));
      }
    }
    return rows;
  }

  private @Nullable Instant from() {
    String text = since;
    if (text == null) {
      return null;
    }
    try {
      return text.endsWith("Z")
          ? Instant.parse(text)
          : surroundings.clock().instant().minus(Span.parse(text).duration());
    } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "--since: allowed is a time as 2026-11-01T00:00:00Z or a span as 30d");
    }
  }
}
