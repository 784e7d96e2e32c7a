package io.countersign.activities.audit;

import io.countersign.activities.audit.Accesses.Span;
import io.countersign.activities.audit.Verdicts.Standing;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.record.Entry;
import io.countersign.signoff.SignOff;
import io.countersign.signoff.SignOffDecision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a verified record proves of a release's life: its decision, its access and its end. */
final class Account {
  private final Story story;
  private final List<String> told = new ArrayList<>();

  private Account(Story story) {
    this.story = story;
  }

  /** In sentences, in the order of a life. */
  static List<String> of(Story story) {
    Account account = new Account(story);
    story.emergency().ifPresent(account.told::add);
    story.approved().ifPresent(account::approved);
    story.rejected().ifPresent(account::rejected);
    account.access();
    story.ends().sentence().ifPresent(account.told::add);
    return account.told;
  }

  private void approved(Standing decision) {
    told.add(
        "Approved at "
            + decision.at()
            + " by "
            + decision.decision().voices().stream()
                .map(voice -> voice.person() + " (" + voice.function() + ")")
                .collect(Collectors.joining(", "))
            + ", judged again from what they signed.");
    for (CheckResult check : story.checks(decision.review().round())) {
      if (check.outcome() != CheckOutcome.PASS) {
        told.add(
            "The check " + check.check() + " did not pass; " + waivers(decision, check.check()));
      }
    }
    for (Voice voice : story.voices()) {
      if (voice.seq() > decision.seq() && isNo(voice.signOff())) {
        told.add(
            "Since then "
                + voice.signOff().person()
                + " said no for "
                + voice.signOff().function()
                + " (entry "
                + voice.seq()
                + ").");
      }
    }
  }

  private static String waivers(Standing decision, String check) {
    return "it was waived by "
        + decision.decision().waivers().stream()
            .filter(one -> check.equals(one.check()))
            .map(Account::waiver)
            .distinct()
            .collect(Collectors.joining(", "))
        + ".";
  }

  private static String waiver(SignOff signed) {
    String accountable = signed.terms().accountable();
    return signed.person()
        + (accountable == null ? "" : " (accountable: " + accountable + ")")
        + " until "
        + signed.ends();
  }

  private static boolean isNo(SignOff signOff) {
    return signOff.decision() == SignOffDecision.TAKE_BACK
        || signOff.decision() == SignOffDecision.REJECT;
  }

  private void rejected(Verdicts.No no) {
    told.add(
        "Rejected at "
            + no.at()
            + ": "
            + no.why().type()
            + ", "
            + no.why().why()
            + "; judged again from the checks and from what people signed.");
  }

  private void access() {
    List<Span> spans = story.spans();
    if (spans.isEmpty()) {
      told.add("This record gives no access.");
      return;
    }
    boolean open = story.open().isPresent();
    told.add(
        "Access was given "
            + (spans.size() == 1 ? "once" : spans.size() + " times")
            + ", "
            + (spans.size() == 1 ? "after such a decision" : "each time after such a decision")
            + " and as it was reviewed; "
            + (open
                ? "it has not ended yet, and was given until " + last(spans).until() + "."
                : (spans.size() == 1 ? "" : "each time ") + "the gate proved its end."));
    spans.forEach(this::overdue);
  }

  private static Span last(List<Span> spans) {
    return spans.get(spans.size() - 1);
  }

  /** Access that outlived what forbade it, or its own end; seconds are the proof's. */
  private void overdue(Span span) {
    Entry no = span.no();
    if (no != null) {
      told.add(
          "The access of entry "
              + span.seq()
              + " was forbidden by entry "
              + no.seq()
              + " ("
              + no.kind()
              + " by "
              + no.actor()
              + ") at "
              + no.at()
              + ended(span.ended(), no.at()));
    }
    Instant ended = span.ended();
    if (ended != null && ended.isAfter(span.until())) {
      told.add(
          "The access of entry "
              + span.seq()
              + " was given until "
              + span.until()
              + ended(ended, span.until()));
    }
  }

  private static String ended(@Nullable Instant ended, Instant due) {
    return ended == null
        ? "; its end is not proved yet."
        : "; its end was proved " + Duration.between(due, ended).toSeconds() + " s later.";
  }
}
