package io.countersign.activities.check.quality;

import io.countersign.activities.check.Check;
import io.countersign.activities.check.CheckContext;
import io.countersign.activities.check.CheckFindings;
import io.countersign.activities.check.Settings;
import io.countersign.check.Severity;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code mlops.model-quality}: the metrics file of the release names the same model and dataset as
 * the manifest, and its numbers hold to the thresholds, on the whole and in every slice. A drop is
 * measured against what this check measured and signed for the predecessor, or else against the
 * predecessor's own metrics file.
 *
 * <pre>
 * with:
 *   minSampleSize: 200                     # optional
 *   metrics:                               # each with min or max, or both
 *     recall: {min: 0.4, maxDrop: 0.05}
 *     latencyMs: {max: 50, maxRise: 5}
 *   confidence:                            # optional
 *     level: 0.95                          # or 0.9 or 0.99, two-sided
 *     proportions: {recall: sampleSizes}   # of cases that the report counts; sampleSize: of all
 *     thresholds: bound                    # the interval holds to them; value: the value alone
 *   slices:                                # optional
 *     region:
 *       values: [north, south]
 *       minSampleSize: 50
 *       metrics: {recall: {min: 0.35}}
 *       except: {south: {recall: {min: 0.3}}}
 *       maxGap: {recall: 0.1}
 *       overlapping: false                 # the slices add up to the sample
 * </pre>
 */
public final class ModelQuality implements Check {
  private static final Pattern PERSON = Pattern.compile("[!-~]{1,254}");

  @Override
  public String name() {
    return "mlops.model-quality";
  }

  @Override
  public CheckFindings run(CheckContext context) {
    QualityRules rules =
        QualityRules.of(
            Settings.of(this, context, "metrics", "minSampleSize", "confidence", "slices"));
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
    sampleSize(rules, report, uri, found);
    Manifest predecessor = context.predecessor();
    MetricJudge judge =
        new MetricJudge(
            rules.confidence(),
            predecessor == null ? null : new Baseline(context, predecessor),
            found);
    rules.metrics().forEach((name, bounds) -> judge.judge(report.whole(), name, bounds));
    rules
        .slices()
        .forEach(
            (dimension, slices) -> new SliceJudge(dimension, slices, judge, found).judge(report));
    makers(report, uri, found);
    return found;
  }

  /** Whether the report is about the model and the dataset of this manifest. */
  static void subjects(Manifest manifest, MetricsReport report, String uri, CheckFindings found) {
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
      QualityRules rules, MetricsReport report, String uri, CheckFindings found) {
    BigDecimal least = rules.minSampleSize();
    BigDecimal size = report.whole().sampleSize();
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
