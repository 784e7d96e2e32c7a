package io.countersign.worker.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Gathers settings from the environment over a properties file. */
final class SettingsReader {
  static final String CONFIG = "COUNTERSIGN_CONFIG";
  private static final Path LOCAL = Path.of(".countersign", "countersign.properties");
  private static final String VARIABLE_PREFIX = "COUNTERSIGN_";

  /** Variables that the launcher and the engines read; they are no settings. */
  private static final Set<String> OTHERS =
      Set.of(
          CONFIG,
          "COUNTERSIGN_BAO_BIN",
          "COUNTERSIGN_CACHE",
          "COUNTERSIGN_ENGINES",
          "COUNTERSIGN_JAVA_OPTS",
          "COUNTERSIGN_TEMPORAL_BIN");

  private final Map<String, String> environment;
  private final Path workingDirectory;
  private final Map<Setting, Settings.Value> values = new EnumMap<>(Setting.class);

  SettingsReader(Map<String, String> environment, Path workingDirectory) {
    this.environment = environment;
    this.workingDirectory = workingDirectory.toAbsolutePath().normalize();
  }

  Settings read() {
    file().ifPresent(this::readFile);
    environment.forEach(this::readVariable);
    return new Settings(values);
  }

  private Optional<Path> file() {
    String named = environment.get(CONFIG);
    if (named != null) {
      return Optional.of(workingDirectory.resolve(named));
    }
    return Optional.of(workingDirectory.resolve(LOCAL)).filter(Files::isRegularFile);
  }

  private void readFile(Path file) {
    Map<String, String> lines = new LinkedHashMap<>();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      new Lines(file, lines).load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidSettingException(file + ": cannot be read as a properties file");
    }
    lines.forEach(
        (name, value) -> {
          Setting setting =
              Setting.ofProperty(name)
                  .orElseThrow(() -> unknown(file + ": ", name, names(Setting::propertyName)));
          // What stands in a file is found from where the file lies.
          put(setting, value, file + ": " + name, directory(file));
        });
  }

  private static Path directory(Path file) {
    Path parent = file.getParent();
    return parent == null ? file.resolveSibling("") : parent;
  }

  private void readVariable(String name, String value) {
    if (!name.startsWith(VARIABLE_PREFIX) || OTHERS.contains(name) || ofKubernetes(name)) {
      return;
    }
    Setting setting =
        Setting.ofVariable(name)
            .orElseThrow(() -> unknown("environment: ", name, names(Setting::variable)));
    put(setting, value, "environment: " + name, workingDirectory);
  }

  /** Kubernetes sets these in every pod beside a Service that is called countersign. */
  private static boolean ofKubernetes(String name) {
    return name.startsWith("COUNTERSIGN_SERVICE_")
        || name.equals("COUNTERSIGN_PORT")
        || name.startsWith("COUNTERSIGN_PORT_");
  }

  private void put(Setting setting, String text, String where, Path directory) {
    String value = text.strip();
    if (value.isEmpty()) {
      throw new InvalidSettingException(
          where + ": found nothing, allowed is " + setting.form() + "; leave it out instead");
    }
    values.put(setting, new Settings.Value(value, where, directory));
  }

  private static Stream<String> names(Function<Setting, String> form) {
    return Arrays.stream(Setting.values()).map(form);
  }

  private static InvalidSettingException unknown(String where, String name, Stream<String> known) {
    List<String> near = NearNames.of(name, known);
    return new InvalidSettingException(
        where
            + "unknown setting '"
            + name
            + "'"
            + (near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?"));
  }

  /** A line that stands twice is refused: {@link Properties} would silently take the last. */
  private static final class Lines extends Properties {
    private static final long serialVersionUID = 1L;

    private final transient Path file;
    private final transient Map<String, String> lines;

    Lines(Path file, Map<String, String> lines) {
      this.file = file;
      this.lines = lines;
    }

    @Override
    public synchronized @Nullable Object put(Object name, Object value) {
      if (lines.put((String) name, (String) value) != null) {
        throw new InvalidSettingException(file + ": " + name + " stands there twice");
      }
      return null;
    }
  }
}
