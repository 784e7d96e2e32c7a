package io.countersign.activities.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Numbers as they were written, within bounds that keep arithmetic cheap. */
public final class Numbers {
  private static final int DIGITS = 40;

  private Numbers() {}

  /**
   * The value of a JSON number; null for anything else, NaN included, and for numbers of excessive
   * size.
   */
  public static @Nullable BigDecimal of(@Nullable JsonNode value) {
    if (value == null
        || !value.isNumber()
        || ((value.isDouble() || value.isFloat()) && !Double.isFinite(value.doubleValue()))) {
      return null;
    }
    return bounded(value.decimalValue());
  }

  /** The value that a measurement was recorded with; null when it is none. */
  public static @Nullable BigDecimal of(@Nullable String text) {
    if (text == null || text.length() > 2 * DIGITS) {
      return null;
    }
    try {
      return bounded(new BigDecimal(text));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable BigDecimal bounded(BigDecimal number) {
    return Math.abs((long) number.scale()) > DIGITS || number.precision() > DIGITS ? null : number;
  }
}
