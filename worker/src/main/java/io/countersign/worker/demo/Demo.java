package io.countersign.worker.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.engine.EngineBinaries;
import io.countersign.worker.config.Settings;
import io.countersign.worker.engine.ExampleDecisions;
import io.countersign.worker.engine.ExampleSystem;
import io.countersign.worker.engine.LocalEngines;
import io.countersign.worker.gateway.Gateway;
import io.countersign.worker.gateway.TemporalGateway;
import io.countersign.worker.serve.Serving;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Plays the eight acts and writes down what was seen. */
public final class Demo {
  private final Path example;
  private final Path out;
  private final List<Act> acts = new ArrayList<>();
  private final List<Long> millis = new ArrayList<>();

  /**
   * @param example the example's directory
   * @param out where files are left; must be empty or not there
   */
  public Demo(Path example, Path out) {
    this.example = example;
    this.out = out;
  }

  /** Plays on real engines; answers whether everything was as expected. */
  public boolean onEngines(EngineBinaries binaries, Runnable beforeClosing) {
    Instant begun = Instant.now();
    System.out.println(
        "Starting Temporal, " + vaultName(binaries) + " and PostgreSQL on this machine …");
    try (LocalEngines engines = LocalEngines.start(binaries, out.resolve("engines"), true)) {
      ExampleSystem system = ExampleSystem.copy(example, out.resolve("fraud-scorer"));
      system.shorten("cutoverGrace", "10m", "3s");
      system.shorten("drift", "5m", "3s");
      system.logsTo(engines.logs().sink());
      ExampleDecisions deciding = ExampleDecisions.of(system).inRules(system);
      system.endorse();
      Path file = system.settings(engines, out.resolve("countersign.properties"));
      URI decisions = deciding.settings(file, "decisions");
      Settings settings = Settings.read(Map.of("COUNTERSIGN_CONFIG", file.toString()), Path.of(""));
      System.out.println("Temporal UI: " + engines.temporal().uiAddress());
      try (Serving worker = Serving.start(settings);
          Gateway gateway = TemporalGateway.of(settings.temporal())) {
        Stage stage = new Stage(gateway, system, of -> system.workload(engines, of));
        Acts people = new Acts(stage);
        Intruder intruder =
            new Intruder(
                binaries.temporal().orElseThrow(),
                engines.temporal().address(),
                Files.createDirectories(out.resolve("intruder")));
        play(new TiersAct(stage)::play);
        play(people::first);
        play(people::second);
        play(people::third);
        play(people::fourth);
        play(new IntruderAct(stage, intruder)::play);
        EvidenceAct evidence =
            new EvidenceAct(stage, settings.apiUrl().orElseThrow(), out.resolve("auditor"));
        play(evidence::play);
        play(agent(stage, system, engines, decisions, evidence)::play);
        summary(binaries, engines, begun);
        table();
        System.out.println("Temporal UI: " + engines.temporal().uiAddress());
        beforeClosing.run();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return asExpected();
  }

  private AgentAct agent(
      Stage stage,
      ExampleSystem system,
      LocalEngines engines,
      URI decisions,
      EvidenceAct evidence) {
    return new AgentAct(
        stage,
        system.workload(engines),
        engines.vault().address(),
        decisions,
        example.resolveSibling("agent").toAbsolutePath(),
        out.resolve("agent"),
        evidence);
  }

  private void play(Supplier<Act> act) {
    Instant begun = Instant.now();
    acts.add(act.get());
    millis.add(Duration.between(begun, Instant.now()).toMillis());
  }

  private boolean asExpected() {
    return acts.stream().allMatch(Act::asExpected);
  }

  private void table() {
    System.out.printf("%n%-4s %-72s %6s %9s%n", "act", "", "seen", "seconds");
    for (int i = 0; i < acts.size(); i++) {
      Act act = acts.get(i);
      long right = act.steps().stream().filter(Act.Step::asExpected).count();
      System.out.printf(
          "%-4s %-72s %6s %9.1f%n",
          act.name(), act.title(), right + "/" + act.steps().size(), millis.get(i) / 1000.0);
    }
    System.out.printf(
        "%n%s%nFiles: %s%n",
        asExpected() ? "Everything was as expected." : "NOT everything was as expected.", out);
  }

  private void summary(EngineBinaries binaries, LocalEngines engines, Instant begun)
      throws IOException {
    ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode summary = json.createObjectNode();
    summary.put("asExpected", asExpected());
    summary.put("seconds", Duration.between(begun, Instant.now()).toMillis() / 1000.0);
    ObjectNode versions = summary.putObject("engines");
    versions.put("tier", "local");
    versions.put("temporal", Versions.of(binaries.temporal().orElseThrow(), "--version"));
    versions.put("vault", Versions.of(binaries.vault().orElseThrow(), "version"));
    versions.put("postgresql", Versions.of(engines.postgres()));
    for (int i = 0; i < acts.size(); i++) {
      Act act = acts.get(i);
      ObjectNode node = summary.withArray("acts").addObject();
      node.put("act", act.name()).put("title", act.title());
      node.put("asExpected", act.asExpected()).put("seconds", millis.get(i) / 1000.0);
      act.steps()
          .forEach(
              step ->
                  node.withArray("steps")
                      .addObject()
                      .put("what", step.what())
                      .put("expected", step.expected())
                      .put("seen", step.seen()));
    }
    json.writeValue(out.resolve("summary.json").toFile(), summary);
  }

  private static String vaultName(EngineBinaries binaries) {
    return binaries.vault().orElseThrow().getFileName().toString().startsWith("vault")
        ? "Vault"
        : "OpenBao";
  }
}
