package io.countersign.worker.engine;

import io.countersign.release.ReleaseId;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The agent of {@code examples/agent} in a process of its own: Python asks the decision point and
 * logs in to Vault; this object starts it, reads what it says and ends it.
 */
public final class ExampleAgent implements AutoCloseable {
  /** The exit code of a plan that is through. */
  public static final int DONE = 0;

  /** The exit code of a run whose release was no longer in force. */
  public static final int ENDED = 3;

  private static final int PATIENCE_SECONDS = 60;

  private final Process process;
  private final Path log;

  private ExampleAgent(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Python 3, where the machine has it on its PATH. */
  public static Optional<Path> python() {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, "python3"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * What a run needs to know.
   *
   * @param subject of the workload's tokens
   * @param decisions the address of the decision point
   */
  public record Deployment(ReleaseId release, String subject, URI vault, URI decisions) {
    /** The audience of tokens for decisions of this release alone. */
    public static String audience(String ofSystem, ReleaseId release) {
      return ofSystem + "/decide/" + release.version();
    }
  }

  /**
   * Deploys it as a cluster would, with its tokens in files, and starts it.
   *
   * @param source the directory of the example's agent
   * @param home where its files are; made if need be
   * @param loginJwt opens Vault
   * @param decisionJwt for decisions
   * @param plan what it does, JSON
   */
  public static ExampleAgent start(
      Path python,
      Path source,
      Path home,
      Deployment deployment,
      String loginJwt,
      String decisionJwt,
      String plan) {
    try {
      Files.createDirectories(home);
      Path file = Files.writeString(home.resolve("plan.json"), plan);
      return start(
          python,
          source,
          home.resolve("agent.log"),
          "agent.py",
          "--release=" + deployment.release(),
          "--subject=" + deployment.subject(),
          "--vault=" + deployment.vault(),
          "--decisions=" + deployment.decisions(),
          "--vault-token=" + secret(home.resolve("vault.jwt"), loginJwt),
          "--decision-token=" + secret(home.resolve("decisions.jwt"), decisionJwt),
          file.toAbsolutePath().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts Python in the agent's directory with these arguments. */
  public static ExampleAgent start(Path python, Path source, Path log, String... arguments) {
    List<String> command = new ArrayList<>(List.of(python.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(source.toFile());
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    try {
      return new ExampleAgent(
          builder.redirectErrorStream(true).redirectOutput(log.toFile()).start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The lines that it has written so far. */
  public List<String> said() {
    try {
      return new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public boolean running() {
    return process.isAlive();
  }

  /** Waits for its end, a minute at most; empty when it is still running. */
  public Optional<Integer> exit() {
    try {
      return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)
          ? Optional.of(process.exitValue())
          : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private static Path secret(Path file, String value) throws IOException {
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, value, StandardOpenOption.WRITE).toAbsolutePath();
  }
}
