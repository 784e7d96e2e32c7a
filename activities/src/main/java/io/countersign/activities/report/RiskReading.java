package io.countersign.activities.report;

import io.countersign.activities.report.CheckRun.Finding;
import io.countersign.activities.report.RiskPicture.FunctionView;
import io.countersign.check.Severity;
import io.countersign.policy.GateFunction;
import io.countersign.policy.GatePolicy;
import io.countersign.policy.TierCondition;
import io.countersign.policy.TierFacts;
import io.countersign.release.Change;
import io.countersign.release.Manifest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Puts what the three functions found next to each other. */
final class RiskReading {
  private final Sources sources;
  private final TierFacts facts;

  RiskReading(Sources sources, List<Change> changes) {
    this.sources = sources;
    Manifest manifest = sources.manifest();
    this.facts =
        new TierFacts(
            manifest.metadata().environment(),
            manifest.profile().exposure(),
            manifest.profile().autonomy(),
            manifest.profile().dataClasses(),
            changes);
  }

  RiskPicture picture(List<CheckRun> runs, int round, List<Voice> voices) {
    List<CheckRun> current = runs.stream().filter(CheckRun::current).toList();
    Severity worst =
        current.stream()
            .flatMap(run -> run.findings().stream())
            .map(Finding::severity)
            .max(Comparator.naturalOrder())
            .orElse(null);
    return new RiskPicture(
        Foreign.line(sources.manifest().metadata().owner()),
        Foreign.line(sources.frozen().tier()),
        why(),
        facts(),
        worst,
        round,
        Arrays.stream(GateFunction.values())
            .map(function -> view(function.toString(), current, voices))
            .toList());
  }

  private FunctionView view(String function, List<CheckRun> current, List<Voice> voices) {
    List<CheckRun> own = current.stream().filter(run -> run.function().equals(function)).toList();
    List<Finding> findings =
        own.stream()
            .flatMap(run -> run.findings().stream())
            .sorted(Comparator.comparing(Finding::severity).reversed())
            .toList();
    int listed = Math.min(findings.size(), RiskPicture.LISTED);
    return new FunctionView(
        function,
        quorum(function),
        own,
        findings.subList(0, listed),
        findings.size() - listed,
        own.stream().flatMap(run -> run.measurements().stream()).toList(),
        voices.stream()
            .filter(voice -> voice.accepted() && function.equals(voice.function()))
            .toList());
  }

  private int quorum(String function) {
    return Told.parsed(sources.frozen().requirements().text()).list("functions").stream()
        .filter(asked -> asked.line("function").equals(function))
        .mapToInt(asked -> asked.number("quorum"))
        .findFirst()
        .orElse(0);
  }

  private List<String> why() {
    List<String> why = new ArrayList<>();
    sources.policy().map(GatePolicy::tiers).orElse(List.of()).stream()
        .filter(tier -> tier.name().equals(sources.frozen().tier()))
        .flatMap(tier -> tier.when().stream())
        .filter(condition -> condition.matches(facts))
        .forEach(condition -> why.add(words(condition)));
    return why;
  }

  private String words(TierCondition condition) {
    if (condition.always()) {
      return "it is the tier of every release that no higher one takes";
    }
    List<String> parts = new ArrayList<>();
    add(parts, "environment", condition.environment(), List.of(facts.environment()));
    add(parts, "exposure", condition.exposure(), List.of(facts.exposure()));
    add(parts, "autonomy", condition.autonomy(), List.of(facts.autonomy()));
    add(parts, "data class", condition.dataClasses(), facts.dataClasses());
    add(parts, "change", condition.change(), facts.changes());
    return String.join(" and ", parts);
  }

  private static <T> void add(
      List<String> parts, String name, @Nullable List<T> wanted, List<T> found) {
    if (wanted != null) {
      String shared =
          String.join(
              ", ", found.stream().filter(wanted::contains).map(Objects::toString).toList());
      parts.add(name + " " + Foreign.line(shared));
    }
  }

  private List<String> facts() {
    return List.of(
        "environment " + Foreign.line(facts.environment()),
        "exposure " + Foreign.line(facts.exposure()),
        "autonomy " + Foreign.line(facts.autonomy()),
        "data "
            + (facts.dataClasses().isEmpty()
                ? "unclassified"
                : Foreign.line(String.join(", ", facts.dataClasses()))));
  }
}
