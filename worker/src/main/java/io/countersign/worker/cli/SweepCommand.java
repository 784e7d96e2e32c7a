package io.countersign.worker.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.countersign.activity.GateJson;
import io.countersign.activity.SweepReport;
import io.countersign.activity.SweepReport.Finding;
import io.countersign.activity.SweepReport.Result;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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
      "2:usage, a setting or an invalid file",
      "6:Temporal, Vault or PostgreSQL does not answer",
      "7:stopped at the blast radius, or something is left to a person"
    })
public final class SweepCommand implements Callable<Integer> {
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
      return ExitCode.of(failure.type()).number();
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
      return ExitCode.DONE.number();
    }
    boolean onlyAway =
        report.refused() == 0
            && report.findings().stream()
                .filter(finding -> finding.result() == Result.FAILED)
                .allMatch(finding -> away(finding.type()));
    return (onlyAway ? ExitCode.UNREACHABLE : ExitCode.REFUSED).number();
  }

  private static boolean away(@Nullable FailureType type) {
    return type != null && ExitCode.of(type) == ExitCode.UNREACHABLE;
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
