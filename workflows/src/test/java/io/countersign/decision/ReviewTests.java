package io.countersign.decision;

import static io.countersign.decision.Cast.INTEGRITY;
import static io.countersign.decision.Cast.QUALITY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.check.Evidence;
import io.countersign.check.Finding;
import io.countersign.check.Severity;
import io.countersign.policy.ExternalWorker;
import io.countersign.policy.GateFunction;
import io.countersign.policy.GatePolicy.CheckRule;
import io.countersign.policy.Requirement;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.release.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReviewTests {
  private static final ReleaseId BEFORE = Cast.RELEASE.withVersion("2026.11.2");

  private static CheckResult quality(
      CheckOutcome outcome, String message, String auc, String maker, String evidence) {
    return new CheckResult(
        QUALITY,
        outcome,
        List.of(new Finding("auc", Severity.LOW, message, null)),
        new TreeMap<>(Map.of("auc", auc)),
        List.of(maker),
        List.of(new Evidence("metrics.json", Cast.digest(evidence))));
  }

  private static Review review(
      ReleaseId release,
      Digest digest,
      Digest gate,
      Digest approvers,
      String tier,
      int quorum,
      CheckRule rule,
      ReleaseId predecessor,
      Map<String, String> policies,
      CheckResult... checks) {
    return new Review(
        release,
        digest,
        gate,
        approvers,
        tier,
        List.of(new Requirement(GateFunction.RISK, quorum)),
        List.of(rule),
        predecessor,
        new TreeMap<>(policies),
        List.of(checks));
  }

  @Test
  void everyChangeMakesAnotherDigest() {
    Digest d = Cast.DIGEST;
    Digest o = Cast.digest("other");
    CheckRule rule = new CheckRule(QUALITY, true, new TreeMap<>(Map.of("auc", IntNode.valueOf(1))));
    CheckRule strict =
        new CheckRule(QUALITY, false, new TreeMap<>(Map.of("auc", IntNode.valueOf(1))));
    CheckRule harder =
        new CheckRule(QUALITY, true, new TreeMap<>(Map.of("auc", IntNode.valueOf(2))));
    Map<String, String> p = Map.of("read", "path");
    CheckResult c = quality(CheckOutcome.PASS, "fine", "0.9", "maker", "bytes");
    ReleaseId r = Cast.RELEASE;
    List<Review> all = new ArrayList<>();
    all.add(review(r, d, d, d, "low", 1, rule, BEFORE, p, c));
    all.add(review(BEFORE, d, d, d, "low", 1, rule, BEFORE, p, c));
    all.add(review(r, o, d, d, "low", 1, rule, BEFORE, p, c));
    all.add(review(r, d, o, d, "low", 1, rule, BEFORE, p, c));
    all.add(review(r, d, d, o, "low", 1, rule, BEFORE, p, c));
    all.add(review(r, d, d, d, "high", 1, rule, BEFORE, p, c));
    all.add(review(r, d, d, d, "low", 2, rule, BEFORE, p, c));
    all.add(review(r, d, d, d, "low", 1, strict, BEFORE, p, c));
    all.add(review(r, d, d, d, "low", 1, harder, BEFORE, p, c));
    all.add(review(r, d, d, d, "low", 1, rule, null, p, c));
    all.add(review(r, d, d, d, "low", 1, rule, BEFORE, Map.of("read", "path "), c));
    all.add(review(r, d, d, d, "low", 1, rule, BEFORE, Map.of("other", "path"), c));
    all.add(review(r, d, d, d, "low", 1, rule, BEFORE, p));
    all.add(
        review(
            r,
            d,
            d,
            d,
            "low",
            1,
            rule,
            BEFORE,
            p,
            quality(CheckOutcome.FAIL, "fine", "0.9", "maker", "bytes")));
    all.add(
        review(
            r,
            d,
            d,
            d,
            "low",
            1,
            rule,
            BEFORE,
            p,
            quality(CheckOutcome.PASS, "poor", "0.9", "maker", "bytes")));
    all.add(
        review(
            r,
            d,
            d,
            d,
            "low",
            1,
            rule,
            BEFORE,
            p,
            quality(CheckOutcome.PASS, "fine", "0.90", "maker", "bytes")));
    all.add(
        review(
            r,
            d,
            d,
            d,
            "low",
            1,
            rule,
            BEFORE,
            p,
            quality(CheckOutcome.PASS, "fine", "0.9", "other", "bytes")));
    all.add(
        review(
            r,
            d,
            d,
            d,
            "low",
            1,
            rule,
            BEFORE,
            p,
            quality(CheckOutcome.PASS, "fine", "0.9", "maker", "other")));
    assertThat(all.stream().map(Review::digest)).doesNotHaveDuplicates();
  }

  @Test
  void whoAnswersACheckIsPartOfIt() {
    Span five = Span.parse("5m");
    Span ten = Span.parse("10m");
    List<ExternalWorker> workers = new ArrayList<>();
    workers.add(null);
    workers.add(new ExternalWorker("python", List.of("one"), five, five, null, 3));
    workers.add(new ExternalWorker("ruby", List.of("one"), five, five, null, 3));
    workers.add(new ExternalWorker("python", List.of("other"), five, five, null, 3));
    workers.add(new ExternalWorker("python", List.of("one", "other"), five, five, null, 3));
    workers.add(new ExternalWorker("python", List.of("one"), ten, five, null, 3));
    workers.add(new ExternalWorker("python", List.of("one"), five, ten, null, 3));
    workers.add(new ExternalWorker("python", List.of("one"), five, five, five, 3));
    workers.add(new ExternalWorker("python", List.of("one"), five, five, null, 4));
    Digest d = Cast.DIGEST;
    assertThat(
            workers.stream()
                .map(worker -> new CheckRule(QUALITY, true, null, new TreeMap<>(), worker))
                .map(
                    rule -> review(Cast.RELEASE, d, d, d, "low", 1, rule, null, Map.of()).digest()))
        .doesNotHaveDuplicates();
  }

  @Test
  void theOrderOfCheckResultsDoesNotMatter() {
    CheckRule rule = new CheckRule(QUALITY, true, new TreeMap<>());
    Digest d = Cast.DIGEST;
    Review one =
        review(
            Cast.RELEASE,
            d,
            d,
            d,
            "low",
            1,
            rule,
            null,
            Map.of(),
            Cast.passed(INTEGRITY),
            Cast.passed(QUALITY));
    Review two =
        review(
            Cast.RELEASE,
            d,
            d,
            d,
            "low",
            1,
            rule,
            null,
            Map.of(),
            Cast.passed(QUALITY),
            Cast.passed(INTEGRITY));
    assertThat(one.digest()).isEqualTo(two.digest());
  }

  @Test
  void itHoldsNoTime() {
    CheckRule rule = new CheckRule(QUALITY, true, new TreeMap<>());
    Digest d = Cast.DIGEST;
    String text =
        review(
                Cast.RELEASE,
                d,
                d,
                d,
                "low",
                1,
                rule,
                BEFORE,
                Map.of("read", "path"),
                quality(CheckOutcome.PASS, "fine", "0.9", "maker", "bytes"))
            .document()
            .toString();
    assertThat(text).doesNotContainPattern("\\dT\\d\\d:").doesNotContainIgnoringCase("time");
  }
}
