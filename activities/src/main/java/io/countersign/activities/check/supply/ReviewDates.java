package io.countersign.activities.check.supply;

import io.countersign.activities.check.CheckContext;
import io.countersign.activities.check.CheckFindings;
import io.countersign.check.Severity;
import io.countersign.release.Manifest.Dependency;
import io.countersign.release.Span;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Until when dependencies are reviewed, in days of UTC from the record's clock. */
final class ReviewDates {
  private final LocalDate today;
  private final Span furthest;
  private final Span validity;
  private @Nullable Long soonest;

  ReviewDates(CheckContext context, Span furthest) {
    this.today = LocalDate.ofInstant(context.world().now(), ZoneOffset.UTC);
    this.furthest = furthest;
    this.validity = context.manifest().access().validity();
  }

  void look(Dependency dependency, String where, CheckFindings found) {
    String until = dependency.reviewedUntil();
    if (until == null) {
      found.fail("no-review-date", Severity.HIGH, "nobody says until when it is reviewed", where);
      return;
    }
    long days = ChronoUnit.DAYS.between(today, LocalDate.parse(until));
    soonest = soonest == null ? days : Math.min(soonest, days);
    if (days < 0) {
      found.fail("review-over", Severity.HIGH, "its review ended on " + until, where);
    } else if (days > furthest.duration().toDays()) {
      found.fail(
          "review-too-far",
          Severity.MEDIUM,
          "its review ends on " + until + ", allowed is at most " + furthest + " ahead",
          where);
    } else if (days < validity.duration().toDays()) {
      found.note(
          "review-ends-first",
          Severity.LOW,
          "its review ends on " + until + ", before a release that is valid for " + validity,
          where);
    }
  }

  CheckFindings measure(CheckFindings found) {
    return soonest == null ? found : found.measure("reviewDays", soonest.toString());
  }
}
