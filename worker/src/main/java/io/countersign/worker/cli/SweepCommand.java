package io.countersign.worker.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.countersign.activity.GateJson;
import io.countersign.activity.SweepReport;
import io.countersign.activity.SweepReport.Finding;
import io.countersign.activity.SweepReport.Result;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.io.PrintWriter;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Sweeps once from here, with the worker's own settings and without asking Temporal to run
 * anything: for cron, so that ends are enforced when the Schedule is paused or no worker is up.
 */
@Command(
    name = "sweep",
    description = "Find and end access that no running release answers for.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:done, or another sweep is running",
      "2:usage or a setting",
      "6:Temporal, Vault or PostgreSQL does not answer",
      "7:stopped at the blast radius, or something is left to a person"
    })
public final class SweepCommand implements Callable<Integer> {
  private static final int DONE = 0;
  private static final int UNREACHABLE = 6;
  private static final int REFUSED = 7;
  private static final Set<FailureType> AWAY =
      EnumSet.of(
          FailureType.TEMPORAL_UNAVAILABLE,
          FailureType.VAULT_UNAVAILABLE,
          FailureType.VAULT_DENIED,
          FailureType.DATABASE_UNAVAILABLE);

  private final Supplier<SweepReport> pass;

  @Option(names = "--json", description = "Print the whole report as JSON.")
  private boolean json;

  @Spec private CommandSpec spec;

  /**
   * @param pass opens what it needs, sweeps once and closes it
   */
  public SweepCommand(Supplier<SweepReport> pass) {
    this.pass = pass;
  }

  @Override
  public Integer call() {
    SweepReport report;
    try {
      report = pass.get();
    } catch (GateException failure) {
      spec.commandLine().getErr().println(failure.getMessage());
      return AWAY.contains(failure.type()) ? UNREACHABLE : REFUSED;
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(json(report));
    } else {
      table(report, out);
    }
    report.trouble().ifPresent(type -> spec.commandLine().getErr().println(type.name()));
    return exitCode(report);
  }

  /** Unreachable is said only when nothing worse is. */
  private static int exitCode(SweepReport report) {
    if (report.trouble().isEmpty()) {
      return DONE;
    }
    boolean onlyAway =
        report.refused() == 0
            && report.findings().stream()
                .filter(finding -> finding.result() == Result.FAILED)
                .allMatch(finding -> AWAY.contains(finding.type()));
    return onlyAway ? UNREACHABLE : REFUSED;
  }

  private static void table(SweepReport report, PrintWriter out) {
    for (Finding finding : report.findings()) {
      out.printf(
          Locale.ROOT,
          "%-8s %-40s %-4s %-22s %s%n",
          finding.result(),
          finding.release() == null
              ? finding.environment() + "/" + finding.system()
              : finding.release(),
          finding.slot() == null ? "-" : finding.slot(),
          finding.reason(),
          finding.type() == null ? finding.detail() : finding.type() + ": " + finding.detail());
    }
    out.println(report.summary());
  }

  private static String json(SweepReport report) {
    try {
      return GateJson.mapper().writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report is JSON", e);
    }
  }
}
