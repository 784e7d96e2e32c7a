package io.countersign.worker.cli;

import io.countersign.activity.CheckVerdict;
import io.countersign.activity.DecisionView;
import io.countersign.gate.GateView;
import io.countersign.gate.Memory;
import io.countersign.release.GateState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A release in lines for people. */
final class ViewText {
  private final StringBuilder text = new StringBuilder();

  private ViewText() {}

  /** Everything about a release. */
  static String all(GateView view) {
    ViewText lines = new ViewText();
    lines.emergency(view);
    lines.line("release", view.release());
    lines.line("state", view.state());
    lines.line("why", why(view));
    lines.line("trouble", view.trouble());
    lines.about(view);
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
    lines.emergency(view);
    lines.line("release", view.release());
    lines.about(view);
    return lines.text.toString();
  }

  /** Whoever reads on has read this first. */
  private void emergency(GateView view) {
    GateView.Exceptions exceptions = view.exceptions();
    if (exceptions != null) {
      line("EMERGENCY", exceptions.emergency());
      line("review by", exceptions.reviewBy());
    }
  }

  private void about(GateView view) {
    line("release digest", view.releaseDigest());
    line("review digest", view.reviewDigest());
    line("tier", view.tier());
    line("predecessor", view.predecessor());
    differences(view);
    GateView.Exceptions exceptions = view.exceptions();
    if (exceptions != null) {
      line("ends early with", exceptions.endsBy());
      line("frozen until", exceptions.frozenUntil());
    }
    DecisionView decision = view.decision();
    if (decision != null) {
      decision.waivers().forEach(waiver -> line("waiver", waiver.words()));
    }
    byFunction(view.checks()).forEach(this::findings);
  }

  private void differences(GateView view) {
    List<String> sentences = view.differences();
    if (sentences != null) {
      sentences.forEach(sentence -> line("difference", sentence));
    } else if (!view.changes().isEmpty()) {
      line("changes", view.changes());
    }
  }

  /** Checks by the function in their name, in the order in which the gate asks them. */
  private static Map<String, List<CheckVerdict>> byFunction(List<CheckVerdict> checks) {
    Map<String, List<CheckVerdict>> functions = new LinkedHashMap<>();
    for (CheckVerdict check : checks) {
      int dot = check.check().indexOf('.');
      String function = dot < 0 ? check.check() : check.check().substring(0, dot);
      functions.computeIfAbsent(function, none -> new ArrayList<>()).add(check);
    }
    return functions;
  }

  private void findings(String function, List<CheckVerdict> checks) {
    long failed = checks.stream().filter(check -> !check.outcome().equals("pass")).count();
    line(
        function,
        failed == 0
            ? "all " + checks.size() + " checks pass"
            : failed + " of " + checks.size() + " checks failed");
    for (CheckVerdict check : checks) {
      line("  " + check.check(), check.outcome() + ": " + check.summary());
      List<String> findings = check.findings();
      if (findings != null) {
        findings.forEach(finding -> line("", finding));
      }
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
