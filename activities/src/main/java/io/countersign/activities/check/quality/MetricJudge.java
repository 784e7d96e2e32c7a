package io.countersign.activities.check.quality;

import io.countersign.activities.check.CheckFindings;
import io.countersign.activities.check.quality.Confidence.Cases;
import io.countersign.check.Severity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * Holds one metric at one spot to its thresholds.
 *
 * @param baseline null without a predecessor
 */
record MetricJudge(
    @Nullable Confidence confidence, @Nullable Baseline baseline, CheckFindings found) {
  /** What rounding, in the report or in the arithmetic that made it, may move a count by. */
  private static final BigDecimal SLACK = new BigDecimal("1e-9");

  /**
   * Measures and judges.
   *
   * @param thresholds null for a metric that is only measured
   * @return the value; null when it is not there
   */
  @Nullable BigDecimal judge(Figures figures, String name, @Nullable Thresholds thresholds) {
    Spot spot = figures.spot();
    BigDecimal value = figures.metric(name);
    if (value == null) {
      fail("no-metric", spot, name, spot.words(name) + " is missing or is not a finite number");
      return null;
    }
    found.measure(spot.measurement(name), value.toPlainString());
    Interval interval = interval(figures, name, value);
    if (thresholds == null) {
      return value;
    }
    if (value.signum() < 0 && thresholds.min() == null) {
      fail(
          "negative-metric",
          spot,
          name,
          spot.words(name) + " is " + value.toPlainString() + ", and no min allows less than zero");
    }
    low(spot, name, value, interval, thresholds.min());
    high(spot, name, value, interval, thresholds.max());
    change(spot, name, value, thresholds);
    return value;
  }

  private @Nullable Interval interval(Figures figures, String name, BigDecimal value) {
    Cases of = confidence == null ? null : confidence.proportions().get(name);
    if (confidence == null || of == null) {
      return null;
    }
    Spot spot = figures.spot();
    BigDecimal all = figures.sampleSize();
    BigDecimal cases = of == Cases.ALL ? all : figures.sampleSize(name);
    if (cases == null || all == null || cases.compareTo(all) > 0) {
      found.fail(
          "no-sample-size",
          Severity.HIGH,
          "how many cases "
              + spot.words(name)
              + " is the share of must be a whole number above zero, and at most sampleSize",
          spot.where(of == Cases.ALL ? "sampleSize" : "sampleSizes." + name));
      return null;
    }
    if (value.signum() < 0 || value.compareTo(BigDecimal.ONE) > 0 || !counts(value, cases)) {
      fail(
          "not-a-proportion",
          spot,
          name,
          spot.words(name)
              + " is "
              + value.toPlainString()
              + ", which is no share of "
              + cases.toPlainString()
              + " whole cases");
      return null;
    }
    Interval interval = Interval.wilson(value, cases, confidence.z());
    found.measure(spot.derived("low", name), interval.low().toPlainString());
    found.measure(spot.derived("high", name), interval.high().toPlainString());
    return interval;
  }

  /** Whether some whole number of these cases gives this share, as it was rounded. */
  private static boolean counts(BigDecimal share, BigDecimal cases) {
    BigDecimal hits = share.multiply(cases);
    BigDecimal off = hits.subtract(hits.setScale(0, RoundingMode.HALF_UP)).abs();
    BigDecimal halfDigit = new BigDecimal("0.5").scaleByPowerOfTen(-Math.max(0, share.scale()));
    return off.compareTo(halfDigit.add(SLACK).multiply(cases)) <= 0;
  }

  private void low(
      Spot spot,
      String name,
      BigDecimal value,
      @Nullable Interval interval,
      @Nullable BigDecimal limit) {
    if (limit == null) {
      return;
    }
    String allowed = ", allowed is at least " + limit.toPlainString();
    if (value.compareTo(limit) < 0) {
      fail("too-low", spot, name, spot.words(name) + " is " + value.toPlainString() + allowed);
    } else if (interval != null && interval.low().compareTo(limit) < 0) {
      uncertain("low-not-excluded", spot, name, value, interval.low(), allowed);
    }
  }

  private void high(
      Spot spot,
      String name,
      BigDecimal value,
      @Nullable Interval interval,
      @Nullable BigDecimal limit) {
    if (limit == null) {
      return;
    }
    String allowed = ", allowed is at most " + limit.toPlainString();
    if (value.compareTo(limit) > 0) {
      fail("too-high", spot, name, spot.words(name) + " is " + value.toPlainString() + allowed);
    } else if (interval != null && interval.high().compareTo(limit) > 0) {
      uncertain("high-not-excluded", spot, name, value, interval.high(), allowed);
    }
  }

  private void uncertain(
      String id, Spot spot, String name, BigDecimal value, BigDecimal bound, String allowed) {
    if (confidence == null) {
      return;
    }
    String message =
        spot.words(name)
            + " is "
            + value.toPlainString()
            + "; at "
            + confidence.percent()
            + " confidence it may be "
            + bound.toPlainString()
            + allowed;
    if (confidence.boundHolds()) {
      fail(id, spot, name, message);
    } else {
      found.note(id, Severity.LOW, message, spot.where("metrics." + name));
    }
  }

  private void change(Spot spot, String name, BigDecimal value, Thresholds thresholds) {
    if (baseline == null || !thresholds.comparesWithPredecessor()) {
      return;
    }
    BigDecimal old = baseline.of(spot, name, found);
    if (old == null) {
      fail(
          "no-baseline",
          spot,
          name,
          spot.words(name)
              + " is known of the predecessor neither from its checks nor from its metrics file");
      return;
    }
    BigDecimal rise = value.subtract(old);
    found.measure(spot.derived("change", name), rise.toPlainString());
    moved("dropped", spot, name, rise.negate(), thresholds.maxDrop());
    moved("rose", spot, name, rise, thresholds.maxRise());
  }

  private void moved(String id, Spot spot, String name, BigDecimal by, @Nullable BigDecimal limit) {
    if (limit != null && by.compareTo(limit) > 0) {
      fail(
          id,
          spot,
          name,
          spot.words(name)
              + " "
              + id
              + " by "
              + by.toPlainString()
              + " against the predecessor, allowed is "
              + limit.toPlainString());
    }
  }

  private void fail(String id, Spot spot, String name, String message) {
    found.fail(id, Severity.HIGH, message, spot.where("metrics." + name));
  }
}
