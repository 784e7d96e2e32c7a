package io.countersign.activities.report;

import io.countersign.activities.report.CheckRun.Document;
import io.countersign.activities.report.CheckRun.Finding;
import io.countersign.activities.report.CheckRun.Measurement;
import io.countersign.check.Severity;
import io.countersign.policy.GateFunction;
import io.countersign.record.Entry;
import io.countersign.record.EntryKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads what the checks said. */
final class CheckReading {
  private static final List<String> FUNCTIONS =
      Arrays.stream(GateFunction.values()).map(GateFunction::toString).toList();

  private final Sources sources;
  private final int newest;
  private final Map<String, String> waivers;

  CheckReading(Sources sources) {
    this.sources = sources;
    this.newest = sources.of(EntryKind.CHECK).mapToInt(CheckReading::round).max().orElse(0);
    this.waivers = waivers();
  }

  int newestRound() {
    return newest;
  }

  /** In order of rounds, functions and names. */
  List<CheckRun> runs() {
    return sources
        .of(EntryKind.CHECK)
        .map(this::run)
        .sorted(
            Comparator.comparingInt(CheckRun::round)
                .thenComparingInt(run -> FUNCTIONS.indexOf(run.function()))
                .thenComparing(CheckRun::check))
        .toList();
  }

  private CheckRun run(Entry entry) {
    Told body = Told.of(entry);
    Told said = body.at("envelope").predicate();
    Told result = said.at("result");
    String check = said.line("check");
    int dot = check.indexOf('.');
    boolean current = round(entry) == newest;
    return new CheckRun(
        entry.seq(),
        round(entry),
        current,
        check,
        dot < 0 ? "" : check.substring(0, dot),
        body.line("outcome").equals("pass") && result.line("outcome").equals("pass"),
        current ? waivers.get(check) : null,
        Foreign.line(entry.actor()),
        said.instant("startedAt"),
        said.instant("finishedAt"),
        findings(check, result),
        measurements(check, result),
        documents(result));
  }

  private static List<Finding> findings(String check, Told result) {
    return result.list("findings").stream()
        .map(
            found ->
                new Finding(
                    severity(found.line("severity")),
                    found.line("id"),
                    found.line("message"),
                    found.lineOrNull("evidence"),
                    check))
        .sorted(Comparator.comparing(Finding::severity).reversed())
        .toList();
  }

  /** A severity that nobody knows is as bad as it can be. */
  private static Severity severity(String text) {
    try {
      return Severity.parse(text);
    } catch (IllegalArgumentException unknown) {
      return Severity.CRITICAL;
    }
  }

  private static List<Measurement> measurements(String check, Told result) {
    List<Measurement> measured = new ArrayList<>();
    result
        .at("measurements")
        .json()
        .properties()
        .forEach(
            field ->
                measured.add(
                    new Measurement(
                        check,
                        Foreign.line(field.getKey()),
                        Foreign.line(field.getValue().asText("")))));
    return measured;
  }

  private List<Document> documents(Told result) {
    return result.list("evidence").stream()
        .map(
            document ->
                new Document(
                    document.line("name"),
                    document.line("digest"),
                    sources.place(document.line("digest"))))
        .toList();
  }

  private Map<String, String> waivers() {
    Map<String, String> standing = new TreeMap<>();
    Map<String, List<String>> byVoice = new TreeMap<>();
    sources
        .of(EntryKind.SIGN_OFF)
        .forEach(
            entry -> {
              Told body = Told.of(entry);
              String voice = entry.actor() + " " + body.line("function");
              if (body.line("decision").equals("waive")) {
                String check = body.at("envelope").predicate().line("check");
                standing.put(check, Foreign.line(entry.actor()));
                byVoice.computeIfAbsent(voice, v -> new ArrayList<>()).add(check);
              } else if (body.line("decision").equals("take-back")) {
                byVoice.getOrDefault(voice, List.of()).forEach(standing::remove);
              }
            });
    return standing;
  }

  private static int round(Entry entry) {
    String[] parts = entry.key().text().split("/", -1);
    @Nullable Integer round = null;
    try {
      round = parts.length == 3 ? Integer.valueOf(parts[1]) : null;
    } catch (NumberFormatException other) {
      // A key of another form names no round.
    }
    return round == null ? 0 : round;
  }
}
