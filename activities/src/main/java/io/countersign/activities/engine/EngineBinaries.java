package io.countersign.activities.engine;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the programs of the real engines: an environment variable that names one, then the search
 * path, then where {@code engines/install} puts them: {@code engines/bin} below {@code
 * COUNTERSIGN_CACHE}, or below {@code .cache} of the directory tree that this process runs in.
 */
public final class EngineBinaries {
  private static final String TEMPORAL_VARIABLE = "COUNTERSIGN_TEMPORAL_BIN";
  private static final String VAULT_VARIABLE = "COUNTERSIGN_BAO_BIN";
  private static final String SCANNER_VARIABLE = "COUNTERSIGN_KINGFISHER_BIN";
  private static final String CACHE_VARIABLE = "COUNTERSIGN_CACHE";
  private static final Path PROGRAMS = Path.of("engines", "bin");
  private static final Path CACHE = Path.of(".cache").resolve(PROGRAMS);

  private final Map<String, String> environment;
  private final Path workingDirectory;

  public EngineBinaries(Map<String, String> environment, Path workingDirectory) {
    this.environment = Map.copyOf(environment);
    this.workingDirectory = workingDirectory.toAbsolutePath().normalize();
  }

  /** For this process. */
  public static EngineBinaries ofThisProcess() {
    // The launcher tells where it lies, so that its engines are found from any working directory.
    return new EngineBinaries(System.getenv(), Path.of(System.getProperty("countersign.home", "")));
  }

  public Optional<Path> temporal() {
    return named(TEMPORAL_VARIABLE).or(() -> onPath("temporal")).or(() -> cached("temporal"));
  }

  /** HashiCorp Vault or OpenBao, whichever is found first. */
  public Optional<Path> vault() {
    return named(VAULT_VARIABLE)
        .or(this::hashiCorpVault)
        .or(() -> onPath("bao"))
        .or(() -> cached("bao"));
  }

  /** OpenBao alone, for tests that run on both. */
  public Optional<Path> openBao() {
    return named(VAULT_VARIABLE).or(() -> onPath("bao")).or(() -> cached("bao"));
  }

  /** The secret scanner. */
  public Optional<Path> kingfisher() {
    return named(SCANNER_VARIABLE).or(() -> onPath("kingfisher")).or(() -> cached("kingfisher"));
  }

  /** HashiCorp Vault alone, for tests that run on both. */
  public Optional<Path> hashiCorpVault() {
    return onPath("vault");
  }

  /** Whether a missing engine is an error and not a reason to skip. */
  public boolean required() {
    return "required".equals(environment.get("COUNTERSIGN_ENGINES"));
  }

  private Optional<Path> named(String variable) {
    return Optional.ofNullable(environment.get(variable)).map(Path::of).filter(Files::isExecutable);
  }

  private Optional<Path> onPath(String program) {
    for (String directory : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      Path found = Path.of(directory, program);
      if (!directory.isEmpty() && Files.isRegularFile(found) && Files.isExecutable(found)) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  private Optional<Path> cached(String program) {
    String cache = environment.getOrDefault(CACHE_VARIABLE, "");
    if (!cache.isEmpty()) {
      return Optional.of(Path.of(cache).resolve(PROGRAMS).resolve(program))
          .filter(Files::isExecutable);
    }
    for (Path directory = workingDirectory; directory != null; directory = directory.getParent()) {
      Path found = directory.resolve(CACHE).resolve(program);
      if (Files.isExecutable(found)) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }
}
