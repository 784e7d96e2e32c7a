package io.countersign.worker.cli;

import io.countersign.activity.CheckVerdict;
import io.countersign.activity.DecisionView;
import io.countersign.gate.GateView;
import io.countersign.gate.Memory;
import io.countersign.release.GateState;
import org.jspecify.annotations.Nullable;

/** A release in lines for people. */
final class ViewText {
  private final StringBuilder text = new StringBuilder();

  private ViewText() {}

  /** Everything about a release. */
  static String all(GateView view) {
    ViewText lines = new ViewText();
    lines.line("release", view.release());
    lines.line("state", view.state());
    lines.line("why", why(view));
    lines.line("trouble", view.trouble());
    lines.about(view);
    lines.line("predecessor", view.predecessor());
    lines.line("submitter", view.submitter());
    for (Memory.Said said : view.said()) {
      lines.line(said.person(), said.what() + " (" + said.at() + ")" + brought(said.bearer()));
    }
    DecisionView decision = view.decision();
    if (decision != null) {
      decision.people().forEach(r -> lines.line("awaiting", r.quorum() + " " + r.function()));
      decision.checks().forEach(check -> lines.line("awaiting", "a waiver of " + check));
    }
    lines.line("sign off until", view.signOffDeadline());
    if (view.refusals() + view.unreadable() > 0) {
      lines.line("refused", view.refusals() + " messages, unreadable " + view.unreadable());
    }
    lines.line("slot", view.slot());
    lines.line("live since", view.liveAt());
    lines.line("valid until", view.expiresAt());
    lines.line("superseded by", view.successor());
    lines.line("cutover until", view.cutoverEndsAt());
    lines.line("waits until", view.waitsUntil());
    lines.line("proved dead at", view.revokedAt());
    return lines.text.toString();
  }

  /** What a sign-off is about. */
  static String review(GateView view) {
    ViewText lines = new ViewText();
    lines.line("release", view.release());
    lines.about(view);
    return lines.text.toString();
  }

  private void about(GateView view) {
    line("release digest", view.releaseDigest());
    line("review digest", view.reviewDigest());
    line("tier", view.tier());
    if (!view.changes().isEmpty()) {
      line("changes", view.changes());
    }
    for (CheckVerdict check : view.checks()) {
      line(check.check(), check.outcome() + ": " + check.summary());
    }
  }

  private static @Nullable String why(GateView view) {
    DecisionView decision = view.decision();
    if (view.state() == GateState.AWAITING_SIGN_OFF && decision != null && view.reason() == null) {
      return decision.missing();
    }
    if (view.reasonType() == null) {
      return view.reason();
    }
    return view.reasonType() + (view.reason() == null ? "" : ": " + view.reason());
  }

  private static String brought(@Nullable String bearer) {
    return bearer == null ? "" : ", brought by " + bearer;
  }

  private void line(String label, @Nullable Object value) {
    if (value != null) {
      // Foreign text is escaped here, line by line: a line feed in it must not begin a line.
      text.append("%-15s ".formatted(Shown.line(label)))
          .append(Shown.line(value.toString()))
          .append('\n');
    }
  }
}
