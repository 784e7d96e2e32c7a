package io.countersign.check;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a check says. A check that could not do its work says neither: it throws. */
public enum CheckOutcome {
  PASS,
  FAIL;

  /** Reads the lower-case name; anything else is refused. */
  @JsonCreator
  public static CheckOutcome parse(String text) {
    for (CheckOutcome outcome : values()) {
      if (outcome.toString().equals(text)) {
        return outcome;
      }
    }
    throw new IllegalArgumentException("outcome: allowed are pass and fail");
  }

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
