package io.countersign.activities.check.quality;

import io.countersign.activities.check.CheckContext;
import io.countersign.activities.check.CheckFindings;
import io.countersign.activities.check.Numbers;
import io.countersign.check.Severity;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Manifest;
import java.math.BigDecimal;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** What a metric was in the predecessor. */
final class Baseline {
  private final CheckContext context;
  private final Manifest predecessor;
  private boolean looked;
  private @Nullable MetricsReport report;

  Baseline(CheckContext context, Manifest predecessor) {
    this.context = context;
    this.predecessor = predecessor;
  }

  /**
   * What this check signed for the predecessor; else what the predecessor's own metrics file says,
   * for example where this check or metric is new. Null when neither knows.
   */
  @Nullable BigDecimal of(Spot spot, String metric, CheckFindings found) {
    SortedMap<String, String> before = context.predecessorMeasurements();
    BigDecimal signed = Numbers.of(before == null ? null : before.get(spot.measurement(metric)));
    String uri = uri();
    if (signed != null || uri == null) {
      return signed;
    }
    MetricsReport read = report(uri);
    BigDecimal reported = read == null ? null : read.at(spot).metric(metric);
    if (reported != null) {
      found.note(
          "unsigned-baseline",
          Severity.LOW,
          spot.words(metric)
              + " of the predecessor is from its metrics file, not from a signed check",
          uri);
    }
    return reported;
  }

  private @Nullable String uri() {
    Manifest.Evidence evidence = predecessor.evidence();
    return evidence == null ? null : evidence.metrics();
  }

  /** The predecessor's file, if it is still there and about the predecessor. */
  private @Nullable MetricsReport report(String uri) {
    if (looked) {
      return report;
    }
    try {
      MetricsReport read = MetricsReport.read(context.subjects().document(uri, context.progress()));
      CheckFindings same = new CheckFindings();
      if (read != null) {
        ModelQuality.subjects(predecessor, read, uri, same);
      }
      report = same.failed() ? null : read;
    } catch (GateException e) {
      if (e.type() != FailureType.SOURCE_REFUSED) {
        throw e;
      }
    }
    looked = true;
    return report;
  }
}
