package io.countersign.activities.check.secrets;

import io.countersign.activities.check.Numbers;
import io.countersign.activities.check.secrets.Tokens.Malformed;
import io.countersign.activities.check.secrets.Tokens.Value;
import io.countersign.release.Digest;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A report in SARIF 2.1.0 (OASIS Standard, 27 March 2020). It is passed over twice: once for the
 * tools, rules and artifacts of its runs, once for their results, because results may stand first.
 */
final class SarifReport {
  static final int NAME = 200;
  private static final int RUNS = 32;
  private static final int RULES = 20_000;
  private static final int COMPONENTS = 64;
  private static final String VERSION = "2.1.0";

  private final byte[] document;
  private final Set<Digest> wanted;
  private final List<SarifRun> runs = new ArrayList<>();
  private String version = "";
  private boolean elsewhere;
  private int rules;

  private SarifReport(byte[] document, Set<Digest> wanted) {
    this.document = document;
    this.wanted = wanted;
  }

  /**
   * Reads the runs.
   *
   * @param wanted digests of which the runs are to say whether they were scanned
   * @throws IOException when it is not such a report
   */
  static SarifReport read(byte[] document, Set<Digest> wanted) throws IOException {
    SarifReport report = new SarifReport(document, wanted);
    try (Tokens tokens = new Tokens(document)) {
      tokens.object(
          Map.of(
              "version", () -> report.version = String.valueOf(tokens.text(NAME)),
              "inlineExternalProperties", () -> report.elsewhere |= tokens.present(),
              "runs", () -> tokens.list(() -> report.run(tokens))));
      tokens.end();
    }
    if (!report.version.equals(VERSION)) {
      throw new Malformed("the version is not " + VERSION);
    }
    report.runs.forEach(run -> run.elsewhere |= report.elsewhere);
    return report;
  }

  List<SarifRun> runs() {
    return runs;
  }

  /** Passes over the results of all runs. */
  void results(SarifResults.Taking taking) throws IOException {
    int[] at = {0};
    try (Tokens tokens = new Tokens(document)) {
      SarifResults results = new SarifResults(tokens, taking);
      tokens.object(Map.of("runs", () -> tokens.list(() -> results.of(runs.get(at[0]++)))));
    }
  }

  private void run(Tokens tokens) throws IOException {
    SarifRun run = new SarifRun();
    if (runs.size() == RUNS) {
      throw new Malformed("more than " + RUNS + " runs");
    }
    runs.add(run);
    Map<String, Value> fields = new HashMap<>();
    fields.put(
        "tool",
        () ->
            tokens.object(
                Map.of(
                    "driver", () -> driver(tokens, run),
                    "extensions", () -> tokens.list(() -> extension(tokens, run)))));
    fields.put("results", () -> run.scanned = tokens.present());
    fields.put("invocations", () -> tokens.list(() -> invocation(tokens, run)));
    fields.put("artifacts", () -> tokens.list(() -> artifact(tokens, run)));
    fields.put("externalPropertyFileReferences", () -> run.elsewhere |= tokens.present());
    tokens.object(fields);
  }

  private void driver(Tokens tokens, SarifRun run) throws IOException {
    String[] versions = {"", ""};
    tokens.object(
        Map.of(
            "name", () -> run.tool = String.valueOf(tokens.text(NAME)),
            "version", () -> versions[0] = String.valueOf(tokens.text(NAME)),
            "semanticVersion", () -> versions[1] = String.valueOf(tokens.text(NAME)),
            "rules", () -> tokens.list(() -> rule(tokens, run, run.rules))));
    run.version = versions[0].isEmpty() ? versions[1] : versions[0];
  }

  private void extension(Tokens tokens, SarifRun run) throws IOException {
    if (run.extensions.size() == COMPONENTS) {
      throw new Malformed("more than " + COMPONENTS + " extensions");
    }
    List<SarifRule> component = new ArrayList<>();
    run.extensions.add(component);
    tokens.object(Map.of("rules", () -> tokens.list(() -> rule(tokens, run, component))));
  }

  private void rule(Tokens tokens, SarifRun run, List<SarifRule> component) throws IOException {
    if (++rules > RULES) {
      throw new Malformed("more than " + RULES + " rules");
    }
    String[] id = {""};
    ResultLevel[] level = {null};
    BigDecimal[] severity = {null};
    tokens.object(
        Map.of(
            "id", () -> id[0] = String.valueOf(tokens.text(NAME)),
            "defaultConfiguration",
                () -> tokens.object(Map.of("level", () -> level[0] = level(tokens))),
            "properties",
                () ->
                    tokens.object(
                        Map.of("security-severity", () -> severity[0] = severity(tokens)))));
    SarifRule rule = new SarifRule(id[0], level[0], severity[0]);
    component.add(rule);
    run.rulesById.putIfAbsent(id[0], rule);
  }

  private static void invocation(Tokens tokens, SarifRun run) throws IOException {
    Value notification =
        () ->
            tokens.object(
                Map.of("level", () -> run.errors += "error".equals(tokens.text(NAME)) ? 1 : 0));
    tokens.object(
        Map.of(
            "executionSuccessful",
            () -> run.failed |= !tokens.truth(),
            "ruleConfigurationOverrides",
            () -> tokens.list(() -> run.overridden = true),
            "toolExecutionNotifications",
            () -> tokens.list(notification),
            "toolConfigurationNotifications",
            () -> tokens.list(notification)));
  }

  private void artifact(Tokens tokens, SarifRun run) throws IOException {
    tokens.object(
        Map.of(
            "hashes",
            () ->
                tokens.object(
                    Map.of(
                        "sha-256", () -> covers(run, tokens.text(NAME)),
                        "sha256", () -> covers(run, tokens.text(NAME)),
                        "SHA-256", () -> covers(run, tokens.text(NAME))))));
  }

  private void covers(SarifRun run, @Nullable String hex) throws IOException {
    try {
      Digest digest = new Digest(String.valueOf(hex).toLowerCase(Locale.ROOT));
      if (wanted.contains(digest)) {
        run.covered.add(digest);
      }
    } catch (IllegalArgumentException e) {
      throw new Malformed("an artifact's hash is none");
    }
  }

  static ResultLevel level(Tokens tokens) throws IOException {
    ResultLevel level = ResultLevel.of(String.valueOf(tokens.text(NAME)));
    if (level == null) {
      throw new Malformed("a level is none of SARIF's");
    }
    return level;
  }

  /** What cannot be read as a severity counts as the highest. */
  static BigDecimal severity(Tokens tokens) throws IOException {
    BigDecimal number = Numbers.of(tokens.scalar(NAME));
    return number == null || number.signum() < 0 || number.compareTo(BigDecimal.TEN) > 0
        ? BigDecimal.TEN
        : number;
  }
}
