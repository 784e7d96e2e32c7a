package io.countersign.activities.adapter.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.check.Contexts;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy;
import io.countersign.release.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuardRailFilesTests {
  private static final byte[] FORBID =
      "forbid (principal, action, resource);".getBytes(StandardCharsets.UTF_8);
  private static final String DIGEST = Digest.of(FORBID).toString();

  @TempDir private Path directory;

  private static GatePolicy policy(String guardRails) {
    return new DocumentReader(key -> key)
        .gatePolicy(
            (new Contexts().gate + "guardRails: " + guardRails + "\n")
                .getBytes(StandardCharsets.UTF_8));
  }

  private static String rail(String file) {
    return "{file: " + file + ", digest: \"" + DIGEST + "\"}";
  }

  @Test
  void readsTheBytesThatTheRulesName() throws IOException {
    Files.write(Files.createDirectories(directory.resolve("rails")).resolve("a.cedar"), FORBID);
    assertThat(new GuardRailFiles(directory).under(policy("[" + rail("rails/a.cedar") + "]")))
        .hasEntrySatisfying("rails/a.cedar", bytes -> assertThat(bytes).isEqualTo(FORBID));
  }

  @Test
  void otherBytesAreRulesThatCannotBeUsed() throws IOException {
    byte[] other = "// nothing is forbidden".getBytes(StandardCharsets.UTF_8);
    Files.write(directory.resolve("a.cedar"), other);
    GatePolicy policy = policy("[" + rail("a.cedar") + "]");
    assertThatThrownBy(() -> new GuardRailFiles(directory).under(policy))
        .isInstanceOfSatisfying(
            GateException.class,
            e -> assertThat(e.type()).isEqualTo(FailureType.INVALID_GATE_POLICY))
        .hasMessageContainingAll("a.cedar", "found " + Digest.of(other), "allows " + DIGEST);
  }

  @Test
  void aFileThatIsNotThereIsRefused() {
    GatePolicy policy = policy("[" + rail("a.cedar") + "]");
    assertThatThrownBy(() -> new GuardRailFiles(directory).under(policy))
        .isInstanceOf(GateException.class)
        .hasMessageContaining("a.cedar");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[a.cedar]",
        "[{file: a.cedar}]",
        "[{digest: \"sha256:0\"}]",
        "[{file: a.cedar, digest: \"sha256:0\"}]",
        "[{file: ../a.cedar, digest: \"sha256:AA\"}]",
        "{}"
      })
  void aGuardRailHasAFileAndItsDigest(String guardRails) {
    assertThatThrownBy(() -> policy(guardRails))
        .isInstanceOf(GateException.class)
        .hasMessageContaining("guardRails");
  }

  @Test
  void aFileIsNamedOnce() {
    assertThatThrownBy(() -> policy("[" + rail("a.cedar") + ", " + rail("a.cedar") + "]"))
        .isInstanceOf(GateException.class)
        .hasMessageContaining("named twice");
  }
}
