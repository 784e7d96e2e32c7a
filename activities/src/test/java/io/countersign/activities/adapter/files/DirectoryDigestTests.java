package io.countersign.activities.adapter.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.port.Progress;
import io.countersign.release.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Two directories have one digest when they have the same files, and only then. */
class DirectoryDigestTests {

  /** Names that sort differently as paths and as parts of paths. */
  @Provide
  Arbitrary<Map<String, String>> trees() {
    Arbitrary<String> part = Arbitraries.of("a", "b", "a.b", "a b", "-", ".h", "A", "file 1 x");
    Arbitrary<String> path = part.list().ofMinSize(1).ofMaxSize(3).map(p -> String.join("/", p));
    Arbitrary<String> content = Arbitraries.of("", "x", "y", "a\nb");
    return Arbitraries.maps(path, content)
        .ofMaxSize(5)
        .map(
            tree -> {
              Map<String, String> possible = new TreeMap<>(tree);
              possible
                  .keySet()
                  .removeIf(p -> tree.keySet().stream().anyMatch(q -> q.startsWith(p + "/")));
              return possible;
            });
  }

  @Property(tries = 150)
  void isTheSameForTheSameFiles(@ForAll("trees") Map<String, String> tree) throws IOException {
    assertThat(digest(tree)).isEqualTo(digest(new TreeMap<>(tree)));
  }

  @Property(tries = 300)
  void differsForOtherFiles(
      @ForAll("trees") Map<String, String> one, @ForAll("trees") Map<String, String> other)
      throws IOException {
    Assume.that(!one.equals(other));
    assertThat(digest(one)).isNotEqualTo(digest(other));
  }

  private static Digest digest(Map<String, String> tree) throws IOException {
    Path directory = Files.createTempDirectory("digest");
    try {
      Path root = Files.createDirectory(directory.resolve("root"));
      for (Map.Entry<String, String> file : tree.entrySet()) {
        Path path = root.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.getValue());
      }
      try (OpenDirectory top = OpenDirectory.open(directory)) {
        return new SubjectHasher(1000, 100, Progress.unwatched())
            .digest(top, Path.of("root"))
            .digest();
      }
    } finally {
      try (Stream<Path> all = Files.walk(directory)) {
        all.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
      }
    }
  }
}
