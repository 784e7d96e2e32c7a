package io.countersign.activities.port;

import io.countersign.release.ReleaseId;
import java.util.List;
import java.util.Map;

/**
 * One request as a runtime policy sees it.
 *
 * @param workload the exact subject of the workload's verified token
 * @param release the live release that the workload runs
 * @param permission what is asked of the tool
 * @param dataClasses of what goes through the call
 * @param arguments strings, {@code Long}s and {@code Boolean}s by name
 */
public record RuntimeRequest(
    String workload,
    ReleaseId release,
    String tool,
    String permission,
    List<String> dataClasses,
    Map<String, Object> arguments) {
  public RuntimeRequest {
    dataClasses = List.copyOf(dataClasses);
    arguments = Map.copyOf(arguments);
    arguments.forEach(
        (name, value) -> {
          if (!(value instanceof String || value instanceof Long || value instanceof Boolean)) {
            throw new IllegalArgumentException(
                "argument " + name + " is no string, whole number or truth value");
          }
        });
  }
}
