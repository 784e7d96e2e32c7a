package io.countersign.activities.report;

import io.countersign.activities.report.CheckRun.Finding;
import io.countersign.activities.report.CheckRun.Measurement;
import io.countersign.check.Severity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The risk of a release as its three functions see it, side by side, with the person who owns it.
 *
 * @param owner the business owner, as the manifest names them
 * @param why which conditions of the gate policy selected the tier
 * @param facts what the conditions were asked about
 * @param worst the worst finding of all; null without any
 * @param round the round of checks that is shown
 */
public record RiskPicture(
    String owner,
    String tier,
    List<String> why,
    List<String> facts,
    @Nullable Severity worst,
    int round,
    List<FunctionView> functions) {
  /** The most findings of one function that are listed; the entries hold all. */
  static final int LISTED = 50;

  public RiskPicture {
    why = List.copyOf(why);
    facts = List.copyOf(facts);
    functions = List.copyOf(functions);
  }

  /**
   * @param quorum how many people had to approve; 0 where the tier asks nobody
   * @param findings worst first
   * @param unlisted findings beyond those
   */
  public record FunctionView(
      String function,
      int quorum,
      List<CheckRun> checks,
      List<Finding> findings,
      int unlisted,
      List<Measurement> measurements,
      List<Voice> voices) {
    public FunctionView {
      checks = List.copyOf(checks);
      findings = List.copyOf(findings);
      measurements = List.copyOf(measurements);
      voices = List.copyOf(voices);
    }

    /** Its worst finding; null without any. */
    public @Nullable Severity worst() {
      return findings.isEmpty() ? null : findings.get(0).severity();
    }

    public boolean allPassed() {
      return checks.stream().allMatch(CheckRun::passed);
    }
  }
}
