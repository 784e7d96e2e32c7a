package io.countersign.check;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How much a finding weighs for the people who read it, from least to most. */
public enum Severity {
  INFO,
  LOW,
  MEDIUM,
  HIGH,
  CRITICAL;

  /** Reads the lower-case name; anything else is refused. */
  @JsonCreator
  public static Severity parse(String text) {
    for (Severity severity : values()) {
      if (severity.toString().equals(text)) {
        return severity;
      }
    }
    throw new IllegalArgumentException(
        "severity: allowed are info, low, medium, high and critical");
  }

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
