package io.countersign.activities.adapter.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.adapter.files.Locker.Locked;
import io.countersign.activities.port.Progress;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LockerTests {
  private static final String DIGEST = "{digest}";

  @TempDir Path root;
  private Path file;
  private Locker locker;

  @BeforeEach
  void lay() throws IOException {
    for (String directory : List.of("model", "data", "prompts", "policy")) {
      Files.createDirectories(root.resolve(directory));
      Files.writeString(root.resolve(directory).resolve("train.csv"), directory);
    }
    file = root.resolve("release.yaml");
    locker = new Locker(Documents.READER, new FileRootSource(List.of(root), 1 << 20, 100));
  }

  private String manifest(String model) {
    return Documents.RELEASE
        .replaceFirst("model: \\{.*}", "model: MODEL")
        .replace("MODEL", model)
        .replace("kind: Release", "kind: Release # naïve 😀 comment");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{uri: model/}  # flow",
        "{uri: model/, digest: \"\"}",
        "{uri: model/, digest: ''}",
        "{uri: model/, digest: }",
        "{digest: , uri: model/}",
        "\n    uri: model/ # 😀 block\n    contributors: [dana@example.com]",
        "\n    uri: model/\n    digest:   # to be filled",
        "\n    digest:\n    uri: model/",
        "\n    uri: >-\n      model/\n    contributors: [a]",
        "\n    uri: 'model/'\n    digest: sha256:0000000000000000000000000000000000000000000000000000000000000000"
      })
  void changesOnlyTheDigests(String model) throws IOException {
    for (String text : List.of(manifest(model), manifest(model).replace("\n", "\r\n"))) {
      Files.writeString(file, text);
      List<Locked> locked = locker.lock(file, Progress.unwatched());
      assertThat(locked).extracting(Locked::name).startsWith("model");
      String after = Files.readString(file);
      assertThat(Documents.READER.release(file).locked()).isTrue();
      String digest = locked.get(0).found().toString();
      assertThat(after).contains("# naïve 😀 comment").contains("\"" + digest + "\"");
      assertThat(without(after)).isEqualTo(without(text));
      assertThat(locker.check(file, Progress.unwatched())).allMatch(Locked::same);
    }
  }

  /** Lines and words without digests. */
  private static List<String> without(String text) {
    return text.replaceAll("\"?sha256:[0-9a-f]{64}\"?", DIGEST)
        .replaceAll("digest: *(\\{digest}|\"\"|'')?", "")
        .replaceAll("[ ,]+", " ")
        .replace("{ ", "{")
        .replace(" }", "}")
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .toList();
  }

  @Test
  void checksWithoutTouching() throws IOException {
    Files.writeString(file, manifest("{uri: model/}"));
    byte[] before = Files.readAllBytes(file);
    List<Locked> found = locker.check(file, Progress.unwatched());
    assertThat(found.get(0).declared()).isNull();
    assertThat(found).noneMatch(Locked::same);
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void leavesALockedFileAsItIs() throws IOException {
    Files.writeString(file, manifest("{uri: model/}"));
    locker.lock(file, Progress.unwatched());
    Files.setLastModifiedTime(file, java.nio.file.attribute.FileTime.fromMillis(1_000));
    locker.lock(file, Progress.unwatched());
    assertThat(Files.getLastModifiedTime(file).toMillis()).isEqualTo(1_000);
  }

  @Test
  void seesAChangedByte() throws IOException {
    Files.writeString(file, manifest("{uri: model/}"));
    locker.lock(file, Progress.unwatched());
    Files.writeString(root.resolve("model/train.csv"), "Model");
    List<Locked> found = locker.check(file, Progress.unwatched());
    assertThat(found).filteredOn(l -> !l.same()).extracting(Locked::name).containsExactly("model");
  }

  @Test
  void keepsPermissionsAndLeavesNothingBehind() throws IOException {
    Files.writeString(file, manifest("{uri: model/}"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    locker.lock(file, Progress.unwatched());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r-----");
    try (Stream<Path> left = Files.list(root)) {
      assertThat(left.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder("release.yaml", "model", "data", "prompts", "policy");
    }
  }

  @Test
  void changesNothingWhenASubjectIsMissing() throws IOException {
    Files.writeString(file, manifest("{uri: nowhere/}"));
    byte[] before = Files.readAllBytes(file);
    assertThatThrownBy(() -> locker.lock(file, Progress.unwatched()))
        .isInstanceOf(GateException.class);
    assertThat(Digest.of(Files.readAllBytes(file))).isEqualTo(Digest.of(before));
  }
}
