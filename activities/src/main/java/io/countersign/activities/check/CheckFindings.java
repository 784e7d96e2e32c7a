package io.countersign.activities.check;

import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.check.Evidence;
import io.countersign.check.Finding;
import io.countersign.check.Severity;
import io.countersign.release.Digest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Collects what a check finds. It fails when one finding says so; a note alone does not. */
public final class CheckFindings {
  private static final int LIMIT = 200;
  private static final int TEXT = 900;
  private static final int VALUE = 200;

  private final List<Finding> findings = new ArrayList<>();
  private final SortedMap<String, String> measurements = new TreeMap<>();
  private final List<String> contributors = new ArrayList<>();
  private final List<Evidence> evidence = new ArrayList<>();
  private boolean failed;
  private int left;

  /** Something that people should see and that does not fail the check. */
  public CheckFindings note(String id, Severity severity, String message, String where) {
    add(new Finding(id, severity, printable(message, TEXT), printable(where, TEXT)));
    return this;
  }

  /** Something that fails the check. */
  public CheckFindings fail(String id, Severity severity, String message, String where) {
    failed = true;
    return note(id, severity, message, where);
  }

  private void add(Finding finding) {
    if (findings.size() < LIMIT) {
      findings.add(finding);
    } else {
      left++;
    }
  }

  public CheckFindings measure(String name, String value) {
    measurements.put(name, printable(value, VALUE));
    return this;
  }

  /** A person whom the evidence names as a maker of a part. */
  public CheckFindings contributor(String person) {
    contributors.add(person);
    return this;
  }

  /** A document that was relied on. */
  public CheckFindings evidence(String name, Digest digest) {
    evidence.add(new Evidence(printable(name, TEXT), digest));
    return this;
  }

  public boolean failed() {
    return failed;
  }

  /** The result under this check's name, the gravest finding first. */
  public CheckResult result(String check) {
    List<Finding> shown = new ArrayList<>(findings);
    shown.sort(Comparator.comparing(Finding::severity).reversed());
    if (left > 0) {
      shown.add(new Finding("more", Severity.INFO, left + " more findings are not listed", null));
    }
    return new CheckResult(
        check,
        failed ? CheckOutcome.FAIL : CheckOutcome.PASS,
        shown,
        measurements,
        contributors,
        evidence);
  }

  /**
   * Foreign text on one short line: what controls, reorders or hides text becomes a question mark.
   */
  static String printable(String text, int limit) {
    String line =
        text.codePoints()
            .limit(limit)
            .mapToObj(point -> shows(point) ? Character.toString(point) : "?")
            .collect(Collectors.joining());
    return line.isBlank() ? "(blank)" : line.length() > limit ? line.substring(0, limit) : line;
  }

  private static boolean shows(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
