package io.countersign.activities.check.quality;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * The Wilson score interval of a proportion (E. B. Wilson, 1927, without continuity correction), to
 * four digits, rounded outwards. It covers chance in the sample and nothing else: not a sample that
 * was chosen, nor a model that was tuned on it.
 */
record Interval(BigDecimal low, BigDecimal high) {
  private static final MathContext DIGITS = MathContext.DECIMAL128;
  private static final int SHOWN = 4;

  /**
   * @param share from 0 to 1
   * @param cases how many cases it is the share of, at least 1
   * @param z the quantile of the normal distribution that the level stands for
   */
  static Interval wilson(BigDecimal share, BigDecimal cases, BigDecimal z) {
    BigDecimal square = z.multiply(z, DIGITS);
    BigDecimal scale = BigDecimal.ONE.add(square.divide(cases, DIGITS));
    BigDecimal middle =
        share.add(square.divide(cases.multiply(BigDecimal.valueOf(2)), DIGITS), DIGITS);
    BigDecimal spread =
        share
            .multiply(BigDecimal.ONE.subtract(share), DIGITS)
            .divide(cases, DIGITS)
            .add(
                square.divide(
                    cases.multiply(cases, DIGITS).multiply(BigDecimal.valueOf(4)), DIGITS))
            .sqrt(DIGITS)
            .multiply(z, DIGITS);
    BigDecimal low = middle.subtract(spread).divide(scale, DIGITS);
    BigDecimal high = middle.add(spread).divide(scale, DIGITS);
    return new Interval(
        low.max(BigDecimal.ZERO).setScale(SHOWN, RoundingMode.FLOOR),
        high.min(BigDecimal.ONE).setScale(SHOWN, RoundingMode.CEILING));
  }
}
