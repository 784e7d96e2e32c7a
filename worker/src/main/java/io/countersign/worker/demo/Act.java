package io.countersign.worker.demo;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One act: what was expected, what was seen. An act fails when the two differ. */
final class Act {
  private final String name;
  private final String title;
  private final List<Step> steps = new ArrayList<>();

  /** One observation. */
  record Step(String what, String expected, String seen) {
    boolean asExpected() {
      return expected.equals(seen);
    }
  }

  Act(String name, String title) {
    this.name = name;
    this.title = title;
    System.out.printf("%n(%s) %s%n", name, title);
  }

  /** Notes an observation and shows it. */
  void see(String what, Object expected, @Nullable Object seen) {
    Step step = new Step(what, String.valueOf(expected), String.valueOf(seen));
    steps.add(step);
    System.out.printf(
        "    %s %s: %s%s%n",
        step.asExpected() ? "✓" : "✗",
        what,
        step.seen(),
        step.asExpected() ? "" : " (expected " + step.expected() + ")");
  }

  /** Shows a line that is no observation. */
  void say(String line) {
    System.out.printf("    %s%n", line);
  }

  String name() {
    return name;
  }

  String title() {
    return title;
  }

  List<Step> steps() {
    return List.copyOf(steps);
  }

  boolean asExpected() {
    return !steps.isEmpty() && steps.stream().allMatch(Step::asExpected);
  }
}
