package io.countersign.check;

import io.countersign.policy.GateFunction;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What one check says about one release. It holds no time, so that equal evidence gives an equal
 * review digest. Refused: a name that is not {@code <function>.<name>}, and a failure that names no
 * finding (I14).
 *
 * @param measurements what was measured, by name, as text: a number keeps the digits it was written
 *     with
 * @param contributors people whom the evidence names as makers; they have no voice (I4)
 * @param evidence the documents it relied on, with the digests of the bytes it read
 */
public record CheckResult(
    String check,
    CheckOutcome outcome,
    List<Finding> findings,
    SortedMap<String, String> measurements,
    List<String> contributors,
    List<Evidence> evidence) {
  /** The check that weighs all others: it begins when they have answered. */
  public static final String COMBINED = "risk.combined-risk";

  private static final Pattern NAME =
      Pattern.compile("[a-z]+\\.[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?");
  private static final Pattern MEASUREMENT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:@/-]{0,127}");

  public CheckResult {
    requireName(check);
    findings = List.copyOf(findings);
    measurements = Collections.unmodifiableSortedMap(new TreeMap<>(measurements));
    contributors = contributors.stream().sorted().distinct().toList();
    evidence = List.copyOf(evidence);
    if (outcome == CheckOutcome.FAIL && findings.isEmpty()) {
      throw new IllegalArgumentException("check result: a failure must name a finding");
    }
    measurements.forEach(
        (name, value) -> {
          if (!MEASUREMENT.matcher(name).matches()) {
            throw new IllegalArgumentException(
                "check result: measurements: allowed names are 1 to 128 of A-Z a-z 0-9 . _ : @ / -");
          }
          CheckText.requireLine("check result: measurements", value, 254);
        });
    contributors.forEach(
        person -> CheckText.requireLine("check result: contributors", person, 254));
  }

  /** Refuses what is not the name of a check: {@code <function>.<name>}. */
  public static void requireName(String check) {
    String function = check.substring(0, Math.max(0, check.indexOf('.')));
    boolean known =
        Arrays.stream(GateFunction.values()).anyMatch(f -> f.toString().equals(function));
    if (!known || !NAME.matcher(check).matches()) {
      throw new IllegalArgumentException(
          "check: allowed is mlops, security or risk, a dot, and 1 to 48 of a-z 0-9 -");
    }
  }
}
