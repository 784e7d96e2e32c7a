package io.countersign.release;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A length of time as people write it: a whole number above zero and {@code s}, {@code m}, {@code
 * h} or {@code d}.
 */
public record Span(Duration duration) implements Comparable<Span> {
  private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,8})([smhd])");

  public Span {
    if (duration.isZero() || duration.isNegative() || duration.getNano() != 0) {
      throw new IllegalArgumentException(
          "span: found " + duration + ", allowed are whole seconds above zero");
    }
  }

  /** Reads {@code 15m}, {@code 72h}, {@code 30d}. */
  @JsonCreator
  public static Span parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "span: allowed is a whole number and s, m, h or d, for example 15m");
    }
    long count = Long.parseLong(form.group(1));
    return new Span(
        switch (form.group(2)) {
          case "s" -> Duration.ofSeconds(count);
          case "m" -> Duration.ofMinutes(count);
          case "h" -> Duration.ofHours(count);
          default -> Duration.ofDays(count);
        });
  }

  public long seconds() {
    return duration.toSeconds();
  }

  @Override
  public int compareTo(Span other) {
    return duration.compareTo(other.duration);
  }

  @JsonValue
  @Override
  public String toString() {
    long seconds = seconds();
    if (seconds % 86_400 == 0) {
      return seconds / 86_400 + "d";
    }
    if (seconds % 3_600 == 0) {
      return seconds / 3_600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }
}
