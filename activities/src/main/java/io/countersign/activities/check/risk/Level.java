package io.countersign.activities.check.risk;

import io.countersign.check.Severity;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A qualitative level of likelihood, impact or risk. Source: NIST SP 800-30 Revision 1, appendices
 * G, H and I.
 */
enum Level {
  VERY_LOW,
  LOW,
  MODERATE,
  HIGH,
  VERY_HIGH;

  /** Table I-2: a row for each likelihood, a column for each impact. */
  private static final Level[][] RISK = {
    {VERY_LOW, VERY_LOW, VERY_LOW, LOW, LOW},
    {VERY_LOW, LOW, LOW, LOW, MODERATE},
    {VERY_LOW, LOW, MODERATE, MODERATE, HIGH},
    {VERY_LOW, LOW, MODERATE, HIGH, VERY_HIGH},
    {VERY_LOW, LOW, MODERATE, HIGH, VERY_HIGH},
  };

  /** The level of risk; NIST SP 800-30 Revision 1, table I-2. */
  static Level risk(Level likelihood, Level impact) {
    return RISK[likelihood.ordinal()][impact.ordinal()];
  }

  /** How likely harm is when a check finds this. */
  static Level of(Severity severity) {
    return switch (severity) {
      case INFO -> VERY_LOW;
      case LOW -> LOW;
      case MEDIUM -> MODERATE;
      case HIGH -> HIGH;
      case CRITICAL -> VERY_HIGH;
    };
  }

  /** The severity under which people are shown this level. */
  Severity shownAs() {
    return Severity.values()[ordinal()];
  }

  Level raised() {
    return values()[Math.min(ordinal() + 1, VERY_HIGH.ordinal())];
  }

  static Optional<Level> parse(String word) {
    return Arrays.stream(values()).filter(level -> level.toString().equals(word)).findFirst();
  }

  /** All words, as settings write them. */
  static String words() {
    return String.join(", ", Arrays.stream(values()).map(Level::toString).toList());
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
