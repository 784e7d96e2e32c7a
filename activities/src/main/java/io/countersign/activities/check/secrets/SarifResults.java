package io.countersign.activities.check.secrets;

import io.countersign.activities.check.secrets.Tokens.Value;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Passes over results, one at a time. Source: SARIF 2.1.0, section 3.27. */
final class SarifResults {
  private final Tokens tokens;
  private final Taking taking;

  SarifResults(Tokens tokens, Taking taking) {
    this.tokens = tokens;
    this.taking = taking;
  }

  /** Takes every result. */
  interface Taking {
    void result(SarifRun run, Result result) throws IOException;
  }

  /**
   * @param severity 0 to 10; null when neither result nor rule says one
   * @param where file and line of the first place; empty when it names none
   */
  record Result(
      String rule,
      ResultLevel level,
      @Nullable BigDecimal severity,
      boolean suppressed,
      String where) {}

  void of(SarifRun run) throws IOException {
    tokens.object(Map.of("results", () -> tokens.list(() -> result(run))));
  }

  private void result(SarifRun run) throws IOException {
    Draft draft = new Draft();
    Map<String, Value> fields = new HashMap<>();
    fields.put("ruleId", () -> draft.ruleId = String.valueOf(tokens.text(SarifReport.NAME)));
    fields.put("ruleIndex", () -> draft.index = tokens.number());
    fields.put("rule", () -> rule(draft));
    fields.put("level", () -> draft.level = SarifReport.level(tokens));
    fields.put("kind", () -> draft.kind = String.valueOf(tokens.text(SarifReport.NAME)));
    fields.put("baselineState", () -> draft.gone = "absent".equals(tokens.text(SarifReport.NAME)));
    fields.put("suppressions", () -> tokens.list(() -> suppression(draft)));
    fields.put("locations", () -> tokens.list(() -> location(draft)));
    fields.put(
        "properties",
        () ->
            tokens.object(
                Map.of("security-severity", () -> draft.severity = SarifReport.severity(tokens))));
    tokens.object(fields);
    if (!draft.gone) {
      taking.result(run, draft.result(run));
    }
  }

  private void rule(Draft draft) throws IOException {
    tokens.object(
        Map.of(
            "id", () -> draft.referred = String.valueOf(tokens.text(SarifReport.NAME)),
            "index", () -> draft.index = tokens.number(),
            "toolComponent",
                () -> tokens.object(Map.of("index", () -> draft.extension = tokens.number()))));
  }

  /** One that is under review or rejected does not suppress (section 3.35.3). */
  private void suppression(Draft draft) throws IOException {
    draft.suppressions++;
    tokens.object(
        Map.of("status", () -> draft.open |= !"accepted".equals(tokens.text(SarifReport.NAME))));
  }

  private void location(Draft draft) throws IOException {
    if (draft.placed) {
      return;
    }
    draft.placed = true;
    tokens.object(
        Map.of(
            "physicalLocation",
            () ->
                tokens.object(
                    Map.of(
                        "artifactLocation",
                            () ->
                                tokens.object(
                                    Map.of(
                                        "uri",
                                        () ->
                                            draft.file =
                                                String.valueOf(tokens.text(SarifReport.NAME)))),
                        "region",
                            () ->
                                tokens.object(
                                    Map.of("startLine", () -> draft.line = tokens.number()))))));
  }

  private static final class Draft {
    private String ruleId = "";
    private String referred = "";
    private int index = -1;
    private int extension = -1;
    private @Nullable ResultLevel level;
    private String kind = "fail";
    private boolean gone;
    private int suppressions;
    private boolean open;
    private @Nullable BigDecimal severity;
    private boolean placed;
    private String file = "";
    private int line;

    private Result result(SarifRun run) {
      String named = ruleId.isEmpty() ? referred : ruleId;
      SarifRule rule = run.rule(named, index, extension);
      String id = named.isEmpty() && rule != null ? rule.id() : named;
      return new Result(
          id.isEmpty() ? "(no rule)" : id,
          level(rule, run.overridden),
          severity != null ? severity : rule == null ? null : rule.securitySeverity(),
          suppressions > 0 && !open,
          file.isEmpty() ? "" : plain(file) + (line > 0 ? ":" + line : ""));
    }

    /**
     * What a result says itself counts, even where the standard wants "none" beside its kind:
     * scanners are known to write otherwise, and the graver reading is the safe one.
     */
    private ResultLevel level(@Nullable SarifRule rule, boolean overridden) {
      if (level != null) {
        return level;
      }
      return switch (kind) {
        case "pass", "notApplicable", "informational" -> ResultLevel.NONE;
        default -> {
          if (overridden) {
            yield ResultLevel.ERROR;
          }
          ResultLevel configured = rule == null ? null : rule.level();
          yield configured == null ? ResultLevel.WARNING : configured;
        }
      };
    }

    /** An address may carry a password or a token. */
    private static String plain(String uri) {
      String path = uri.split("[?#]", 2)[0];
      int at = path.lastIndexOf('@');
      int host = path.indexOf("//");
      return host >= 0 && at > host ? path.substring(0, host + 2) + path.substring(at + 1) : path;
    }
  }
}
