package io.countersign.activities.report;

import io.countersign.activities.release.Dossier;
import io.countersign.activities.report.CheckRun.Finding;
import io.countersign.activities.report.RiskPicture.FunctionView;
import io.countersign.activities.tier.Tiers;
import io.countersign.check.Severity;
import io.countersign.policy.GateFunction;
import io.countersign.release.Change;
import io.countersign.release.Manifest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Puts what the three functions found next to each other. */
final class RiskReading {
  private final Sources sources;
  private final List<Change> changes;

  RiskReading(Sources sources, List<Change> changes) {
    this.sources = sources;
    this.changes = List.copyOf(changes);
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
    return sources
        .policy()
        .map(
            policy ->
                Tiers.choose(
                        policy,
                        sources.manifest(),
                        changes,
                        Dossier.frozenPolicies(sources.frozen()))
                    .reasons()
                    .stream()
                    .filter(reason -> reason.tier().equals(sources.frozen().tier()))
                    .map(reason -> Foreign.line(reason.because()).replaceFirst("\\.$", ""))
                    .toList())
        .orElse(List.of());
  }

  private List<String> facts() {
    Manifest.Profile profile = sources.manifest().profile();
    return List.of(
        "environment " + Foreign.line(sources.manifest().metadata().environment()),
        "exposure " + Foreign.line(profile.exposure()),
        "autonomy " + Foreign.line(profile.autonomy()),
        "data "
            + (profile.dataClasses().isEmpty()
                ? "unclassified"
                : Foreign.line(String.join(", ", profile.dataClasses()))));
  }
}
