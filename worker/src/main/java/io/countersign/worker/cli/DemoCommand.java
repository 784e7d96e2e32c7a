package io.countersign.worker.cli;

import io.countersign.activities.engine.EngineBinaries;
import io.countersign.worker.config.Installation;
import io.countersign.worker.demo.Demo;
import io.countersign.worker.demo.UnitDemo;
import io.countersign.worker.engine.LocalEngines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code countersign demo}: real releases through one gate, on local engines. */
@Command(
    name = "demo",
    description = "Plays releases through their whole life on local engines.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
  private static final int NOT_AS_EXPECTED = 1;

  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where files are left, an empty directory; a new temporary one unless given.")
  private @Nullable Path out;

  @Option(names = "--keep-open", description = "Leaves the engines up until Ctrl-C.")
  private boolean keepOpen;

  @Override
  public Integer call() throws IOException {
    Path directory = out == null ? Files.createTempDirectory("countersign-demo") : empty(out);
    EngineBinaries binaries = EngineBinaries.ofThisProcess();
    Path example = Installation.example();
    boolean asExpected =
        LocalEngines.available(binaries) || binaries.required()
            ? new Demo(example, directory).onEngines(binaries, this::hold)
            : new UnitDemo(example, directory, binaries.kingfisher()).play();
    return asExpected ? 0 : NOT_AS_EXPECTED;
  }

  /** A directory that holds nothing yet: one run's files are not mixed with another's. */
  private Path empty(Path out) throws IOException {
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw new ParameterException(spec.commandLine(), "--out: " + out + " is not a directory");
    }
    Path directory = Files.createDirectories(out.toAbsolutePath());
    try (Stream<Path> files = Files.list(directory)) {
      if (files.findAny().isPresent()) {
        throw new ParameterException(
            spec.commandLine(), "--out: " + out + " is not empty; name another or remove it");
      }
    }
    return directory;
  }

  private void hold() {
    if (keepOpen) {
      System.out.println("The engines stay up; Ctrl-C stops them.");
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
