package io.countersign.activities.report;

import java.util.List;

/**
 * What the offline verification of the bundle said, which stands at the top of every report.
 *
 * @param problems why it does not verify, in the order found; empty unless {@code NOT_VERIFIED}
 * @param notProved what even a verified bundle does not prove
 */
public record Verification(Outcome outcome, List<Problem> problems, List<String> notProved) {
  /** Nobody looked is never the same as nothing was found. */
  public enum Outcome {
    VERIFIED,
    NOT_VERIFIED,
    NOT_CHECKED
  }

  /**
   * @param type the catalogue's name
   * @param detail one line
   */
  public record Problem(String type, String detail) {
    public Problem {
      type = Foreign.line(type);
      detail = Foreign.line(detail);
    }
  }

  public Verification {
    problems = List.copyOf(problems);
    notProved = notProved.stream().map(Foreign::line).toList();
    if (problems.isEmpty() == (outcome == Outcome.NOT_VERIFIED)) {
      throw new IllegalArgumentException(
          "verification: problems are wanted with NOT_VERIFIED, and only there");
    }
  }

  /** Nobody looked. */
  public static Verification notChecked() {
    return new Verification(
        Outcome.NOT_CHECKED,
        List.of(),
        List.of("No signature, link or digest was checked when this report was made."));
  }
}
