package io.countersign.activities.tier;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One rule of a gate policy in CEL (Common Expression Language), type-checked against {@link
 * RuleTypes} and compiled once. It knows no clock, no network and no other release.
 *
 * <p>Bounds: {@value #LIMIT} characters, {@value #DEPTH} levels, {@value #ITERATIONS} steps of all
 * comprehensions together; patterns are matched in linear time (RE2).
 */
public final class TierRule {
  /** Most characters of a rule. */
  public static final int LIMIT = 2_000;

  private static final int DEPTH = 32;
  private static final int ITERATIONS = 100_000;
  private static final int KEPT = 512;
  private static final CelOptions OPTIONS =
      CelOptions.current()
          .maxExpressionCodePointSize(LIMIT)
          .maxParseRecursionDepth(DEPTH)
          .comprehensionMaxIterations(ITERATIONS)
          .build();
  private static final CelCompiler COMPILER =
      RuleTypes.declare(
              CelCompilerFactory.standardCelCompilerBuilder()
                  .setOptions(OPTIONS)
                  .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                  .setResultType(SimpleType.BOOL))
          .build();
  private static final CelRuntime RUNTIME =
      CelRuntimeFactory.standardCelRuntimeBuilder().setOptions(OPTIONS).build();
  private static final Map<String, TierRule> COMPILED =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, TierRule> eldest) {
              return size() > KEPT;
            }
          });

  private final CelRuntime.Program program;

  private TierRule(CelRuntime.Program program) {
    this.program = program;
  }

  /** What is wrong with a rule, in one line; nothing when it can be used. */
  public static Optional<String> problem(String text) {
    try {
      of(text);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  static TierRule of(String text) {
    TierRule known = COMPILED.get(text);
    if (known != null) {
      return known;
    }
    TierRule rule = compile(text);
    COMPILED.put(text, rule);
    return rule;
  }

  private static TierRule compile(String text) {
    try {
      CelAbstractSyntaxTree tree = COMPILER.compile(text).getAst();
      return new TierRule(RUNTIME.createProgram(tree));
    } catch (CelValidationException e) {
      throw new IllegalArgumentException(
          e.getErrors().stream().findFirst().map(TierRule::line).orElse("it is no CEL"), e);
    } catch (CelEvaluationException e) {
      throw new IllegalArgumentException("it cannot be evaluated", e);
    }
  }

  private static String line(CelIssue issue) {
    return "column "
        + (issue.getSourceLocation().getColumn() + 1)
        + ": "
        + issue.getMessage().replaceAll("\\s+", " ");
  }

  /**
   * Whether it holds.
   *
   * @throws IllegalStateException when it cannot be told; whoever asks must take that for the
   *     graver answer
   */
  boolean holds(Map<String, Object> facts) {
    Object answer;
    try {
      answer = program.eval(facts);
    } catch (CelEvaluationException | RuntimeException e) {
      throw new IllegalStateException("a rule could not be evaluated", e);
    }
    // A value that is missing makes the answer unknown, which is no Boolean and not an exception.
    if (answer instanceof Boolean told) {
      return told;
    }
    throw new IllegalStateException("a rule has no answer");
  }
}
