package io.countersign.activities.check.secrets;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How grave a result is, from low to high. Source: SARIF 2.1.0, section 3.27.10. */
enum ResultLevel {
  NONE,
  NOTE,
  WARNING,
  ERROR;

  /** Null for a word that SARIF does not have. */
  static @Nullable ResultLevel of(String word) {
    for (ResultLevel level : values()) {
      if (level.toString().equals(word)) {
        return level;
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
