package io.countersign.activities.check;

import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.check.Evidence;
import io.countersign.check.Finding;
import io.countersign.check.Severity;
import io.countersign.release.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Collects what a check finds. It fails when one finding says so; a note alone does not. Whatever
 * is found, the result stays small enough for the record: the least grave findings are left out and
 * counted, and makers or evidence that are too many to list fail the check.
 */
public final class CheckFindings {
  /** Most bytes of all findings together: a review holds those of every check. */
  private static final int BUDGET = 24 * 1024;

  private static final int LISTED = 256;
  private static final int TEXT = 900;
  private static final int VALUE = 200;

  private final List<Finding> findings = new ArrayList<>();
  private final SortedMap<String, String> measurements = new TreeMap<>();
  private final SortedSet<String> contributors = new TreeSet<>();
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
    if (findings.size() < 10 * LISTED) {
      findings.add(finding);
    } else {
      left++;
    }
  }

  public CheckFindings measure(String name, String value) {
    if (measurements.size() < LISTED || measurements.containsKey(name)) {
      measurements.put(name, printable(value, VALUE));
    } else {
      left++;
    }
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
    requireListed("makers", contributors.size());
    requireListed("documents", evidence.size());
    findings.sort(Comparator.comparing(Finding::severity).reversed());
    List<Finding> shown = new ArrayList<>();
    int size = 0;
    for (Finding finding : findings) {
      size += size(finding);
      if (size > BUDGET) {
        left += findings.size() - shown.size();
        break;
      }
      shown.add(finding);
    }
    if (left > 0) {
      shown.add(new Finding("more", Severity.INFO, left + " more are not listed", null));
    }
    return new CheckResult(
        check,
        failed ? CheckOutcome.FAIL : CheckOutcome.PASS,
        shown,
        measurements,
        contributors.stream().limit(LISTED).toList(),
        evidence.stream().limit(LISTED).toList());
  }

  private void requireListed(String what, int count) {
    if (count > LISTED) {
      fail(
          "too-many-to-list",
          Severity.CRITICAL,
          "found " + count + " " + what + ", allowed are " + LISTED,
          what);
    }
  }

  private static int size(Finding finding) {
    String where = finding.evidence();
    return bytes(finding.id()) + bytes(finding.message()) + (where == null ? 0 : bytes(where));
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /**
   * Foreign text on one short line: what controls, reorders or hides text becomes a question mark.
   */
  public static String printable(String text, int limit) {
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
