package io.countersign.signoff;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a person can order a release to do. */
public enum OrderKind {
  WITHDRAW,
  ROLLBACK,
  RETIRE,
  RECHECK,
  SUSPEND,
  RESTORE;

  /** Reads the lower-case name; anything else is refused. */
  @JsonCreator
  public static OrderKind parse(String text) {
    for (OrderKind kind : values()) {
      if (kind.toString().equals(text)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "kind: allowed are withdraw, rollback, retire, recheck, suspend and restore");
  }

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
