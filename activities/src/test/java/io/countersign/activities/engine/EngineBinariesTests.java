package io.countersign.activities.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineBinariesTests {
  @TempDir Path root;
  private Path inside;

  @BeforeEach
  void nest() throws IOException {
    inside = Files.createDirectories(root.resolve("module").resolve("target"));
  }

  @Test
  void theVariableComesBeforeThePathAndThePathBeforeTheCache() throws IOException {
    Path cached = program(root.resolve(".cache/engines/bin"), "bao");
    Path onPath = program(root.resolve("path"), "bao");
    Path named = program(root.resolve("named"), "server");
    String path = "" + File.pathSeparator + onPath.getParent();

    assertThat(find(Map.of()).vault()).contains(cached);
    assertThat(find(Map.of("PATH", path)).vault()).contains(onPath);
    assertThat(find(Map.of("PATH", path, "COUNTERSIGN_BAO_BIN", named.toString())).vault())
        .contains(named);
  }

  @Test
  void theCacheIsWhereTheInstallerPutIt() throws IOException {
    program(root.resolve(".cache/engines/bin"), "bao");
    Path elsewhere = root.resolve("elsewhere");
    Map<String, String> told = Map.of("COUNTERSIGN_CACHE", elsewhere.toString());

    assertThat(find(told).vault()).isEmpty();
    Path installed = program(elsewhere.resolve("engines/bin"), "bao");
    assertThat(find(told).vault()).contains(installed);
    assertThat(find(Map.of("COUNTERSIGN_CACHE", "")).vault())
        .isPresent()
        .get()
        .isNotEqualTo(installed);
  }

  @Test
  void aFileThatCannotBeRunIsNotAnEngine() throws IOException {
    Path directory = Files.createDirectories(root.resolve("path"));
    Files.writeString(directory.resolve("temporal"), "");

    assertThat(find(Map.of("PATH", directory.toString())).temporal()).isEmpty();
  }

  @Test
  void enginesAreRequiredOnlyWhenSaidSo() {
    assertThat(find(Map.of()).required()).isFalse();
    assertThat(find(Map.of("COUNTERSIGN_ENGINES", "required")).required()).isTrue();
  }

  private EngineBinaries find(Map<String, String> environment) {
    return new EngineBinaries(environment, inside);
  }

  private static Path program(Path directory, String name) throws IOException {
    Path file = Files.createDirectories(directory).resolve(name);
    Files.writeString(file, "#!/bin/sh\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }
}
