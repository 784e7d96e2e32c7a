package io.countersign.activities.adapter.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectReader;
import io.countersign.activities.tries.Tries;
import io.countersign.release.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Two directories have one digest when they have the same files, and only then. */
class DirectoryDigestTests {

  /** Names that sort differently as paths and as parts of paths. */
  private static Map<String, String> tree(Random random) {
    Map<String, String> tree = new TreeMap<>();
    for (int i = Tries.between(random, 0, 5); i > 0; i--) {
      List<String> parts = new ArrayList<>();
      for (int k = Tries.between(random, 1, 3); k > 0; k--) {
        parts.add(Tries.one(random, "a", "b", "a.b", "a b", "-", ".h", "A", "file 1 x"));
      }
      tree.put(String.join("/", parts), Tries.one(random, "", "x", "y", "a\nb"));
    }
    Set<String> named = Set.copyOf(tree.keySet());
    tree.keySet().removeIf(p -> named.stream().anyMatch(q -> q.startsWith(p + "/")));
    return tree;
  }

  @Test
  void isTheSameForTheSameFiles() {
    Tries.of(
        150,
        random -> {
          Map<String, String> tree = tree(random);
          assertThat(digest(tree)).isEqualTo(digest(new TreeMap<>(tree)));
        });
  }

  @Test
  void differsForOtherFiles() {
    Tries.of(
        300,
        random -> {
          Map<String, String> one = tree(random);
          Map<String, String> other = tree(random);
          while (other.equals(one)) {
            other = tree(random);
          }
          assertThat(digest(one)).isNotEqualTo(digest(other));
        });
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
        return new SubjectHasher(1000, 100, SubjectReader.none(), Progress.unwatched())
            .digest(top, Path.of("root"))
            .subject()
            .digest();
      }
    } finally {
      try (Stream<Path> all = Files.walk(directory)) {
        all.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
      }
    }
  }
}
