package io.countersign.activities.runtime;

import java.util.List;
import java.util.Map;

/**
 * What a workload asks. Sizes are bounded by whoever read it.
 *
 * @param subject whom the request says it is for
 * @param resourceType {@value #TOOL}, or something that nobody approves
 * @param arguments strings, {@code Long}s and {@code Boolean}s by name
 */
public record Question(
    String subject,
    String resourceType,
    String tool,
    String permission,
    List<String> dataClasses,
    Map<String, Object> arguments) {
  /** The one type of resources. */
  public static final String TOOL = "tool";

  public Question {
    dataClasses = List.copyOf(dataClasses);
    arguments = Map.copyOf(arguments);
  }
}
