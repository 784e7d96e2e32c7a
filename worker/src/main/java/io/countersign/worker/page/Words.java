package io.countersign.worker.page;

import io.countersign.activities.report.GrantLife;
import io.countersign.activities.report.Verification;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How values are written on every page. */
public final class Words {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMM", Locale.ENGLISH).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int SHORT = 16;

  private Words() {}

  /** To the second, UTC; a dash for no time. */
  public static String time(@Nullable Instant at) {
    return at == null ? "–" : TIME.format(at);
  }

  static String day(Instant at) {
    return DAY.format(at);
  }

  static String clock(Instant at) {
    return CLOCK.format(at);
  }

  /** The two largest units of a length of time, for example {@code 3 d 4 h}. */
  public static String duration(Instant from, Instant to) {
    Duration length = Duration.between(from, to);
    if (length.compareTo(Duration.ofSeconds(1)) < 0) {
      return "under 1 s";
    }
    long[] counts = {
      length.toDays(), length.toHoursPart(), length.toMinutesPart(), length.toSecondsPart()
    };
    String[] units = {"d", "h", "min", "s"};
    int first = 0;
    while (counts[first] == 0) {
      first++;
    }
    String text = counts[first] + " " + units[first];
    boolean second = first + 1 < counts.length && counts[first + 1] > 0;
    return second ? text + " " + counts[first + 1] + " " + units[first + 1] : text;
  }

  /** The first 16 digits of a digest or key; the whole when it is no longer. */
  public static String brief(String hex) {
    String digits = hex.startsWith("sha256:") ? hex.substring("sha256:".length()) : hex;
    return digits.length() <= SHORT ? digits : digits.substring(0, SHORT) + "…";
  }

  /** {@code AWAITING_SIGN_OFF} as {@code awaiting sign-off}. */
  public static String state(String state) {
    return state.toLowerCase(Locale.ROOT).replace("sign_off", "sign-off").replace('_', ' ');
  }

  /** {@code mlops} as people write it. */
  public static String function(String function) {
    return switch (function) {
      case "mlops" -> "MLOps";
      case "security" -> "Security";
      case "risk" -> "Risk";
      default -> function;
    };
  }

  /** A name or the plural that goes with a count. */
  public static String count(long count, String one, String many) {
    return count + " " + (count == 1 ? one : many);
  }

  /** Entries by number, for example {@code 3, 7–9}. */
  public static String seqs(List<Long> seqs) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < seqs.size(); i++) {
      int end = i;
      while (end + 1 < seqs.size() && seqs.get(end + 1) == seqs.get(end) + 1) {
        end++;
      }
      text.append(text.isEmpty() ? "" : ", ").append(seqs.get(i));
      if (end > i) {
        text.append(end > i + 1 ? "–" : ", ").append(seqs.get(end));
      }
      i = end;
    }
    return text.toString();
  }

  public static String outcome(Verification.Outcome outcome) {
    return switch (outcome) {
      case VERIFIED -> "Verified";
      case NOT_VERIFIED -> "Not verified";
      case NOT_CHECKED -> "Not checked";
    };
  }

  /** What the outcome means. */
  public static String meaning(Verification.Outcome outcome) {
    return switch (outcome) {
      case VERIFIED ->
          "Every signature, link, digest and right in this bundle was verified offline.";
      case NOT_VERIFIED -> "This bundle does not prove what it says. Do not rely on this page.";
      case NOT_CHECKED -> "This page shows what the bundle says. Nobody has verified it.";
    };
  }

  public static String end(GrantLife.End end) {
    return switch (end) {
      case PROVED -> "ended, proved";
      case NOT_PROVED -> "revocation begun, not proved";
      case OPEN -> "no end in this record";
    };
  }
}
