package io.countersign.grant;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * The two places a system has for live access, so that a successor can start before its predecessor
 * ends.
 */
public enum Slot {
  A,
  B;

  public Slot other() {
    return this == A ? B : A;
  }

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
