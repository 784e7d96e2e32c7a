package io.countersign.activities.port;

import java.util.List;
import java.util.Map;

/** Reads the policies that decide at request time. */
public interface RuntimePolicies {
  /** Extension of a policy file. */
  String POLICY = ".cedar";

  /** The file that gives {@code context.arguments} its type. */
  String ARGUMENTS = "arguments.cedarschema";

  /**
   * Parses a release's policy together with the organisation's guard rails, and validates both
   * against the schema. Files beside policies and {@link #ARGUMENTS} are refused, but for {@code
   * *.md}: a misspelt name must not lose a {@code forbid}. A guard rail only forbids.
   *
   * @param policy bytes by the file's path below the policy subject; where the subject is one file,
   *     its name
   * @param guardRails bytes by name; empty where the organisation has none
   * @throws io.countersign.failure.GateException when the engine itself cannot work
   */
  Compilation compile(Map<String, byte[]> policy, Map<String, byte[]> guardRails);

  /** What came of reading. */
  sealed interface Compilation {
    /** A policy that can decide. */
    record Ready(RuntimePolicy policy) implements Compilation {}

    /**
     * Nothing that may decide.
     *
     * @param defects one sentence each, beginning with the file; never empty
     */
    record Refused(List<String> defects) implements Compilation {
      public Refused {
        defects = List.copyOf(defects);
        if (defects.isEmpty()) {
          throw new IllegalArgumentException("a refusal says why");
        }
      }
    }
  }
}
