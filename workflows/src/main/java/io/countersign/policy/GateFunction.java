package io.countersign.policy;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The three functions that answer for a release. */
public enum GateFunction {
  MLOPS,
  SECURITY,
  RISK;

  /** Reads the lower-case name; anything else is refused. */
  @JsonCreator
  public static GateFunction parse(String text) {
    for (GateFunction function : values()) {
      if (function.toString().equals(text)) {
        return function;
      }
    }
    throw new IllegalArgumentException("function: allowed are mlops, security and risk");
  }

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
