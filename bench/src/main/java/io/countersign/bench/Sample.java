package io.countersign.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Values of one quantity, in the order in which they were measured. */
record Sample(List<Double> values) {
  Sample {
    values = List.copyOf(values);
    if (values.isEmpty()) {
      throw new IllegalArgumentException("sample: nothing was measured");
    }
  }

  double median() {
    return quantile(0.5);
  }

  /** The value below which this part of all values lies; interpolated. */
  double quantile(double part) {
    List<Double> sorted = new ArrayList<>(values);
    sorted.sort(null);
    double place = part * (sorted.size() - 1);
    int below = (int) Math.floor(place);
    int above = (int) Math.ceil(place);
    return sorted.get(below) + (place - below) * (sorted.get(above) - sorted.get(below));
  }

  /** Median, 99 of 100, 999 of 1,000 and the largest. */
  double[] spread() {
    return new double[] {median(), quantile(0.99), quantile(0.999), quantile(1)};
  }

  /** Value by value: this one over the other that was measured next to it. */
  Sample over(Sample other) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      ratios.add(values.get(i) / other.values.get(i));
    }
    return new Sample(ratios);
  }

  /** Median and, in brackets, the middle half of the values. */
  String text(int digits) {
    String number = "%." + digits + "f";
    return String.format(
        Locale.ROOT,
        number + " [" + number + " … " + number + "]",
        median(),
        quantile(0.25),
        quantile(0.75));
  }
}
