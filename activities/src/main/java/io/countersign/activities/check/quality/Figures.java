package io.countersign.activities.check.quality;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.check.Numbers;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** The numbers of the whole sample or of one slice. */
record Figures(Spot spot, JsonNode json) {
  /** Null unless it is a whole number above zero. */
  @Nullable BigDecimal sampleSize() {
    return size(json.path("sampleSize"));
  }

  /** How many cases a metric is the share of, where the report counts them by themselves. */
  @Nullable BigDecimal sampleSize(String metric) {
    return size(json.path("sampleSizes").path(metric));
  }

  @Nullable BigDecimal metric(String name) {
    return Numbers.of(json.path("metrics").get(name));
  }

  private static @Nullable BigDecimal size(JsonNode json) {
    BigDecimal number = json.isIntegralNumber() ? Numbers.of(json) : null;
    return number == null || number.signum() <= 0 ? null : number;
  }
}
