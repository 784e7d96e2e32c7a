package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.engine.EngineBinaries;
import io.countersign.worker.engine.ExampleAgent;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent of {@code examples/agent} against servers that answer what they should not. */
class AgentTests {
  /** The directory of the example's agent. */
  static Path source() {
    return Gatehouse.exampleDirectory().resolveSibling("agent").toAbsolutePath();
  }

  /** Skips the test without Python 3, unless engines are required. */
  static Path python() {
    Optional<Path> python = ExampleAgent.python();
    Assumptions.assumeTrue(
        python.isPresent() || EngineBinaries.ofThisProcess().required(), "no python3 on PATH");
    assertThat(python).as("python3 on PATH").isPresent();
    return python.orElseThrow();
  }

  @Test
  void itsOwnTestsPass(@TempDir Path directory) {
    Path log = directory.resolve("unittest.log");
    try (ExampleAgent tests = ExampleAgent.start(python(), source(), log, "-m", "unittest")) {
      assertThat(tests.exit()).as("%s", tests.said()).contains(0);
      assertThat(tests.said()).contains("OK").anyMatch(line -> line.matches("Ran [1-9].* tests.*"));
    }
  }
}
