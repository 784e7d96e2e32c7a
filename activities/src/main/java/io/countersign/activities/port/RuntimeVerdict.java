package io.countersign.activities.port;

import java.util.List;

/**
 * What a runtime policy answers. Only {@link Answer#PERMITTED} is a yes.
 *
 * @param policies which policies made it so, by name, sorted: {@code <file>#<id>}, and {@code
 *     guard-rail/<file>#<id>}
 */
public record RuntimeVerdict(Answer answer, List<String> policies) {
  public RuntimeVerdict {
    policies = policies.stream().sorted().toList();
  }

  /** The closed list of answers. */
  public enum Answer {
    PERMITTED,
    /** A policy forbids it; a guard rail's forbid wins over every permit. */
    FORBIDDEN,
    /** No policy speaks of it. */
    NOT_PERMITTED,
    /** The arguments do not have the type that the policy gives them. */
    ARGUMENTS_REFUSED,
    /** A policy broke off, or the engine did. */
    ERRORED
  }
}
