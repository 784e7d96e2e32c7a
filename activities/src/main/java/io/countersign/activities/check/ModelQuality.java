package io.countersign.activities.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.check.Severity;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code mlops.model-quality}: the metrics file of the release names the same model and dataset as
 * the manifest, and its numbers hold to the thresholds. A drop is measured against what this check
 * measured and signed for the predecessor, or else against the predecessor's own metrics file.
 *
 * <pre>
 * with:
 *   minSampleSize: 200                     # optional
 *   metrics:                               # each with min or max, or both
 *     auc: {min: 0.9, maxDrop: 0.01}
 *     latencyMs: {max: 50, maxRise: 5}
 * </pre>
 */
public final class ModelQuality implements Check {
  private static final Pattern METRIC = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,63}");
  private static final Pattern PERSON = Pattern.compile("[!-~]{1,254}");
  private static final List<String> BOUNDS = List.of("min", "max", "maxDrop", "maxRise");

  @Override
  public String name() {
    return "mlops.model-quality";
  }

  @Override
  public CheckFindings run(CheckContext context) {
    Settings settings = Settings.of(this, context, "metrics", "minSampleSize");
    JsonNode thresholds = settings.required("metrics");
    requireThresholds(settings, thresholds);
    CheckFindings found = new CheckFindings();
    Manifest.Evidence evidence = context.manifest().evidence();
    String uri = evidence == null ? null : evidence.metrics();
    if (uri == null) {
      return found.fail(
          "no-metrics", Severity.HIGH, "the manifest names no metrics file", "evidence.metrics");
    }
    byte[] bytes = context.subjects().document(uri, context.progress());
    found.evidence(uri, Digest.of(bytes));
    MetricsReport report = MetricsReport.read(bytes);
    if (report == null) {
      return found.fail(
          "unreadable-metrics", Severity.HIGH, "the metrics file is not one JSON object", uri);
    }
    subjects(context.manifest(), report, uri, found);
    sampleSize(settings, report, uri, found);
    for (Map.Entry<String, JsonNode> threshold : thresholds.properties()) {
      metric(threshold.getKey(), threshold.getValue(), report, context, settings, found);
    }
    makers(report, uri, found);
    return found;
  }

  private static void requireThresholds(Settings settings, JsonNode thresholds) {
    for (Map.Entry<String, JsonNode> metric : thresholds.properties()) {
      String name = "metrics." + metric.getKey();
      JsonNode bounds = metric.getValue();
      if (!METRIC.matcher(metric.getKey()).matches()) {
        throw settings.refused(name, "a name of 1 to 64 of A-Z a-z 0-9 _ . -");
      }
      for (Map.Entry<String, JsonNode> bound : bounds.properties()) {
        if (!BOUNDS.contains(bound.getKey())) {
          throw settings.refused(name + "." + bound.getKey(), "one of " + BOUNDS);
        }
        settings.number(name + "." + bound.getKey(), bound.getValue());
      }
      if (!bounds.has("min") && !bounds.has("max")) {
        throw settings.refused(name, "min or max, or both");
      }
    }
    if (thresholds.properties().isEmpty()) {
      throw settings.refused("metrics", "metrics with thresholds");
    }
  }

  private static void subjects(
      Manifest manifest, MetricsReport report, String uri, CheckFindings found) {
    same("model", manifest.subjects().model().digest(), report.modelDigest(), uri, found);
    same("dataset", manifest.subjects().dataset().digest(), report.datasetDigest(), uri, found);
  }

  private static void same(
      String subject, @Nullable Digest declared, String reported, String uri, CheckFindings found) {
    if (declared == null || !declared.toString().equals(reported)) {
      found.fail(
          "other-" + subject,
          Severity.CRITICAL,
          "the metrics are of "
              + subject
              + " "
              + (reported.isEmpty() ? "(none)" : reported)
              + ", the manifest says "
              + declared,
          uri);
    }
  }

  private static void sampleSize(
      Settings settings, MetricsReport report, String uri, CheckFindings found) {
    BigDecimal least = settings.number("minSampleSize");
    BigDecimal size = report.sampleSize();
    if (size == null) {
      found.fail(
          "no-sample-size", Severity.HIGH, "sampleSize is not a whole number above zero", uri);
      return;
    }
    found.measure("sampleSize", size.toPlainString());
    if (least != null && size.compareTo(least) < 0) {
      found.fail(
          "small-sample",
          Severity.HIGH,
          "sampleSize is "
              + size.toPlainString()
              + ", allowed is at least "
              + least.toPlainString(),
          uri);
    }
  }

  private static void metric(
      String name,
      JsonNode bounds,
      MetricsReport report,
      CheckContext context,
      Settings settings,
      CheckFindings found) {
    BigDecimal value = report.metric(name);
    if (value == null) {
      found.fail(
          "no-metric",
          Severity.HIGH,
          name + " is missing or is not a finite number",
          "metrics." + name);
      return;
    }
    found.measure("metric." + name, value.toPlainString());
    bound(name, "min", bounds, settings, value, found);
    bound(name, "max", bounds, settings, value.negate(), found);
    if (value.signum() < 0 && !bounds.has("min")) {
      found.fail(
          "negative-metric",
          Severity.HIGH,
          name + " is " + value.toPlainString() + ", and no min allows less than zero",
          "metrics." + name);
    }
    Manifest predecessor = context.predecessor();
    if (predecessor == null || !(bounds.has("maxDrop") || bounds.has("maxRise"))) {
      return;
    }
    BigDecimal old = baseline(name, predecessor, context, found);
    if (old == null) {
      found.fail(
          "no-baseline",
          Severity.HIGH,
          name + " is known of the predecessor neither from its checks nor from its metrics file",
          "metrics." + name);
      return;
    }
    BigDecimal rise = value.subtract(old);
    found.measure("change." + name, rise.toPlainString());
    change(name, "maxDrop", bounds, settings, rise.negate(), found);
    change(name, "maxRise", bounds, settings, rise, found);
  }

  /**
   * What this check signed for the predecessor; else what the predecessor's own metrics file says,
   * for example where this check or metric is new.
   */
  private static @Nullable BigDecimal baseline(
      String name, Manifest predecessor, CheckContext context, CheckFindings found) {
    SortedMap<String, String> before = context.predecessorMeasurements();
    BigDecimal signed = Numbers.of(before == null ? null : before.get("metric." + name));
    Manifest.Evidence evidence = predecessor.evidence();
    String uri = evidence == null ? null : evidence.metrics();
    if (signed != null || uri == null) {
      return signed;
    }
    MetricsReport report = report(uri, predecessor, context);
    BigDecimal reported = report == null ? null : report.metric(name);
    if (reported != null) {
      found.note(
          "unsigned-baseline",
          Severity.LOW,
          name + " of the predecessor is from its metrics file, not from a signed check",
          uri);
    }
    return reported;
  }

  /** The predecessor's file, if it is still there and about the predecessor. */
  private static @Nullable MetricsReport report(
      String uri, Manifest predecessor, CheckContext context) {
    byte[] bytes;
    try {
      bytes = context.subjects().document(uri, context.progress());
    } catch (GateException e) {
      if (e.type() == FailureType.SOURCE_REFUSED) {
        return null;
      }
      throw e;
    }
    MetricsReport report = MetricsReport.read(bytes);
    CheckFindings same = new CheckFindings();
    if (report != null) {
      subjects(predecessor, report, uri, same);
    }
    return same.failed() ? null : report;
  }

  private static void bound(
      String name,
      String kind,
      JsonNode bounds,
      Settings settings,
      BigDecimal value,
      CheckFindings found) {
    if (!bounds.has(kind)) {
      return;
    }
    BigDecimal limit = settings.number(kind, bounds.path(kind));
    boolean below = value.compareTo(kind.equals("min") ? limit : limit.negate()) < 0;
    if (below) {
      BigDecimal shown = kind.equals("min") ? value : value.negate();
      found.fail(
          kind.equals("min") ? "too-low" : "too-high",
          Severity.HIGH,
          name
              + " is "
              + shown.toPlainString()
              + ", allowed is "
              + (kind.equals("min") ? "at least " : "at most ")
              + limit.toPlainString(),
          "metrics." + name);
    }
  }

  private static void change(
      String name,
      String kind,
      JsonNode bounds,
      Settings settings,
      BigDecimal by,
      CheckFindings found) {
    if (!bounds.has(kind)) {
      return;
    }
    BigDecimal limit = settings.number(kind, bounds.path(kind));
    if (by.compareTo(limit) > 0) {
      found.fail(
          kind.equals("maxDrop") ? "dropped" : "rose",
          Severity.HIGH,
          name
              + (kind.equals("maxDrop") ? " dropped by " : " rose by ")
              + by.toPlainString()
              + " against the predecessor, allowed is "
              + limit.toPlainString(),
          "metrics." + name);
    }
  }

  private static void makers(MetricsReport report, String uri, CheckFindings found) {
    List<String> people = report.trainedBy();
    boolean readable = people.stream().allMatch(person -> PERSON.matcher(person).matches());
    if (people.isEmpty() || people.size() > 256 || !readable) {
      found.fail(
          "no-makers",
          Severity.HIGH,
          "trainedBy must list 1 to 256 people as the approvers file writes them",
          uri);
      return;
    }
    people.forEach(found::contributor);
  }
}
