package io.countersign.tries;

import java.security.SecureRandom;
import java.util.List;
import java.util.Random;

/**
 * Tries a property many times with generated values. Every run has another seed; a failure names
 * the seed of the try that failed, and {@code -Dtries.seed=…} begins with that very try.
 */
public final class Tries {
  private static final String SETTING = "tries.seed";

  private Tries() {}

  /** Something that holds for whatever is drawn. */
  @FunctionalInterface
  public interface Property {
    void holds(Random random) throws Exception;
  }

  /** Fails with the first try for which the property does not hold. */
  public static void of(int tries, Property property) {
    Long given = Long.getLong(SETTING);
    long first = given == null ? new SecureRandom().nextLong() : given;
    for (int i = 0; i < tries; i++) {
      try {
        property.holds(new Random(first + i));
      } catch (Exception | AssertionError failure) {
        throw new AssertionError(
            "try %d of %d does not hold; again with -D%s=%d: %s"
                .formatted(i + 1, tries, SETTING, first + i, failure.getMessage()),
            failure);
      }
    }
  }

  /** One of these. */
  @SafeVarargs
  public static <T> T one(Random random, T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** A whole number, both ends included. */
  public static int between(Random random, int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  /** Up to so many bytes, of any length and value. */
  public static byte[] bytes(Random random, int most) {
    byte[] bytes = new byte[between(random, 0, most)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Any double, the special ones much more often than their share. */
  public static double number(Random random) {
    List<Double> special =
        List.of(
            0.0,
            -0.0,
            1.0,
            Double.MIN_VALUE,
            Double.MIN_NORMAL,
            -Double.MAX_VALUE,
            Double.NaN,
            Double.NEGATIVE_INFINITY,
            0.1,
            9007199254740993.0,
            1e21,
            1e-7);
    return switch (random.nextInt(4)) {
      case 0 -> special.get(random.nextInt(special.size()));
      case 1 -> random.nextGaussian() * 1e6;
      default -> Double.longBitsToDouble(random.nextLong());
    };
  }
}
