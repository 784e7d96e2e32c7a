package io.countersign.grant;

import io.countersign.release.Span;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The lifetimes that a role may have. Vault policies compare parameters literally and know no "at
 * most", so lifetimes are rounded down to a fixed ladder and the gate's policy lists its rungs up
 * to the cap. A role never lives longer than was approved; it may live a little shorter.
 */
public final class TokenTtl {
  private static final List<Span> LADDER =
      Stream.of(
              seconds(1, 2, 3, 5, 10, 15, 20, 30, 45),
              minutes(1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 45, 50),
              hours(1, 2, 3, 4, 6, 8, 10, 12, 16, 18, 20),
              days(1, 2, 3, 4, 5, 6, 7, 10, 14, 21, 28, 30, 45, 60, 90, 120, 180, 270, 365))
          .flatMap(rungs -> rungs)
          .collect(Collectors.toUnmodifiableList());

  private TokenTtl() {}

  /** The longest rung that is not longer than this. */
  public static Span floor(Span approved) {
    Span found = LADDER.get(0);
    for (Span rung : LADDER) {
      if (rung.compareTo(approved) <= 0) {
        found = rung;
      }
    }
    return found;
  }

  /** All rungs up to this cap, shortest first. */
  public static List<Span> upTo(Span cap) {
    return LADDER.stream().filter(rung -> rung.compareTo(cap) <= 0).toList();
  }

  private static Stream<Span> seconds(int... counts) {
    return spans("s", counts);
  }

  private static Stream<Span> minutes(int... counts) {
    return spans("m", counts);
  }

  private static Stream<Span> hours(int... counts) {
    return spans("h", counts);
  }

  private static Stream<Span> days(int... counts) {
    return spans("d", counts);
  }

  private static Stream<Span> spans(String unit, int... counts) {
    return IntStream.of(counts).mapToObj(count -> Span.parse(count + unit));
  }
}
