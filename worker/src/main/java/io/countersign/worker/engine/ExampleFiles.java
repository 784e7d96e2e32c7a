package io.countersign.worker.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Changes to a copy of the example's files, made before its rules are signed. */
final class ExampleFiles {
  private static final Pattern REVIEWED = Pattern.compile("reviewedUntil: \\d{4}-\\d{2}-\\d{2}");
  private static final Pattern WAY_BACK = Pattern.compile("(?m)^rollback: .*\\R?");
  private static final String CHECK = "      - check: ";

  private final Path directory;

  ExampleFiles(Path directory) {
    this.directory = directory;
  }

  /** Every file copied. */
  static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  void derive(String from, String version, String wayBack) {
    try {
      Path releases = directory.resolve("releases");
      String text = Files.readString(releases.resolve(from).resolve("release.yaml"));
      String renamed = text.replace("version: " + from, "version: " + version);
      if (!wayBack.isEmpty()) {
        renamed = WAY_BACK.matcher(renamed).replaceAll("") + "rollback: {to: " + wayBack + "}\n";
      }
      Files.writeString(
          Files.createDirectories(releases.resolve(version)).resolve("release.yaml"), renamed);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void shorten(String field, String from, String to) {
    String line = field + ": " + from;
    gate(
        text -> {
          if (!text.contains(line)) {
            throw new IllegalStateException("the example's gate policy has no line '" + line + "'");
          }
          return text.replace(line, field + ": " + to);
        });
  }

  void leaveOut(List<String> checks) {
    gate(
        text -> {
          StringBuilder kept = new StringBuilder();
          boolean skipping = false;
          for (String line : text.lines().toList()) {
            if (line.startsWith(CHECK)) {
              skipping = checks.contains(line.substring(CHECK.length()).split(" ", 2)[0]);
            } else if (!line.startsWith("       ")) {
              skipping = false;
            }
            if (!skipping) {
              kept.append(line).append('\n');
            }
          }
          return kept.toString();
        });
  }

  void replaceEverywhere(String from, String to) {
    documents(text -> text.replace(from, to));
  }

  void reviewedUntil(LocalDate day) {
    documents(text -> REVIEWED.matcher(text).replaceAll("reviewedUntil: " + day));
  }

  private void gate(UnaryOperator<String> change) {
    edit(directory.resolve("gate.yaml"), change);
  }

  private void documents(UnaryOperator<String> change) {
    try (Stream<Path> files = Files.walk(directory)) {
      files
          .filter(file -> file.toString().endsWith(".yaml"))
          .toList()
          .forEach(file -> edit(file, change));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void edit(Path file, UnaryOperator<String> change) {
    try {
      String text = Files.readString(file);
      String changed = change.apply(text);
      if (!changed.equals(text)) {
        Files.writeString(file, changed);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
