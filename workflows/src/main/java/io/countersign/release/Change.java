package io.countersign.release;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;

/** One way in which a release differs from its predecessor. */
public enum Change {
  FIRST_RELEASE,
  MODEL,
  DATASET,
  PROMPTS,
  POLICY,
  IMAGE,
  PROFILE,
  DEPENDENCIES,
  SCOPE_WIDENED,
  SCOPE_NARROWED,
  TOOLS_WIDENED,
  TTL_WIDENED,
  /** The runtime policy may permit more calls, or the same for other arguments. */
  POLICY_WIDENED;

  @JsonCreator
  public static Change parse(String text) {
    return Arrays.stream(values())
        .filter(change -> change.toString().equals(text))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("change: allowed are " + Arrays.toString(values())));
  }

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
