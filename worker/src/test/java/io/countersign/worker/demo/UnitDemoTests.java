package io.countersign.worker.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.policy.GatePolicy.CheckRule;
import io.countersign.worker.config.Installation;
import io.countersign.worker.engine.ExampleSystem;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnitDemoTests {
  private static final String SECRETS = "security.secrets-handling";

  @TempDir private Path directory;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  @Test
  void withoutAScannerNobodyIsAskedForSecretsAndThatIsSaid() {
    ExampleSystem system = said(() -> demo(Optional.empty()).copy());
    assertThat(checks(system)).doesNotContain(SECRETS).contains("risk.combined-risk");
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("NO SECRET SCANNER.", SECRETS);
  }

  @Test
  void withAScannerTheRulesStayAsTheyAre() {
    ExampleSystem system = said(() -> demo(Optional.of(directory.resolve("scanner"))).copy());
    assertThat(checks(system)).contains(SECRETS);
    assertThat(said.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  private UnitDemo demo(Optional<Path> scanner) {
    return new UnitDemo(Installation.example(), directory.resolve("demo"), scanner);
  }

  private <T> T said(Supplier<T> action) {
    PrintStream console = System.out;
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      return action.get();
    } finally {
      System.setOut(console);
    }
  }

  private static List<String> checks(ExampleSystem system) {
    return system.policy().tiers().stream()
        .flatMap(tier -> tier.checks().stream())
        .map(CheckRule::check)
        .toList();
  }
}
