package io.countersign.activities.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The folder of broken inputs of one check, each named after its defect. */
public record BadInputs(String check) {
  private Path folder() {
    return Path.of("src/test/resources/io/countersign/activities/check", check);
  }

  /** Every file there is, so that one without an expectation is noticed. */
  public SortedSet<String> names() {
    try (Stream<Path> files = Files.list(folder())) {
      SortedSet<String> names = new TreeSet<>();
      files.forEach(file -> names.add(file.getFileName().toString()));
      return names;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  public String text(String name) {
    try {
      return Files.readString(folder().resolve(name));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
