package io.countersign.activities.adapter.files;

import static io.countersign.activities.adapter.files.Documents.READER;
import static io.countersign.activities.adapter.files.Documents.RELEASE;
import static io.countersign.activities.adapter.files.Documents.bytes;
import static io.countersign.activities.adapter.files.Documents.problems;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.tries.Tries;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileDocumentTests {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "# only a comment\n",
        "---\n...\n",
        "[]",
        "text",
        "null",
        "{",
        "a: b: c",
        "a: 'x",
        "\ta: b",
        "? {a: b}\n: c",
        "? [a]\n: c",
        "\"\": x",
        "%YAML 1.1\n---\na: b",
        "a: !!java.lang.String b",
        "a: !!binary aGk=",
        "!x a: b",
        "a: &x b",
        "a: *x",
        "a: b\n---\nc: d",
        "<<: {a: b}",
        "a: \"\\0\"",
        "a: \"\\x07\"",
        "a: \"\\u202e\"",
        "a: \"\\ud800\"",
        "a: \u202e\u2066",
        "a: b # \u202e",
        "a: \u0007",
        "a: \u0000",
        "a: \u0085b",
        "a: \u2028b",
        "a: \u200bb",
        "\ufeffa: b"
      })
  void refusesWhatIsNotOnePlainDocument(String text) {
    assertThat(Documents.release(text)).isNotEmpty();
  }

  @Test
  void refusesBytesThatAreNotUtf8() {
    assertThat(Documents.release(RELEASE.getBytes(StandardCharsets.UTF_16)).get(0).found())
        .isEqualTo("bytes that are not UTF-8");
    assertThat(
            Documents.release(new byte[] {'a', ':', ' ', (byte) 0xC3, (byte) 0x28}).get(0).found())
        .isEqualTo("bytes that are not UTF-8");
    // an overlong form of '/'
    assertThat(Documents.release(new byte[] {'a', ':', (byte) 0xC0, (byte) 0xAF}).get(0).found())
        .isEqualTo("bytes that are not UTF-8");
  }

  @Test
  void refusesABombOfAliases() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 30; i++) {
      bomb.append("a").append(i).append(": &a").append(i).append(" [");
      bomb.append(("*a" + (i - 1) + ", ").repeat(9)).append("]\n");
    }
    List<DocumentProblem> found =
        Assertions.assertTimeoutPreemptively(
            Duration.ofSeconds(5), () -> Documents.release(bomb.toString()));
    assertThat(found.get(0).found()).isEqualTo("an anchor");
    assertThat(found).hasSizeLessThanOrEqualTo(20);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{a: ", "- ", "? "})
  void refusesDeepNestingWithoutDescending(String opening) {
    String deep = "a: \n  " + opening.repeat(60_000);
    List<DocumentProblem> found =
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> Documents.release(deep));
    assertThat(found).isNotEmpty();
  }

  @Test
  void refusesAFieldThatIsThereTwice() {
    DocumentProblem found =
        Documents.release(RELEASE.replace("tokenTtl: 15m", "tokenTtl: 15m\n  tokenTtl: 30d"))
            .get(0);
    assertThat(found.found()).isEqualTo("the field a second time");
    assertThat(found.field()).isEqualTo("/access/tokenTtl");
    assertThat(found.line()).isEqualTo(17);
  }

  @Test
  void readsNoMoreOfAHugeFileThanItsLimit() throws IOException {
    Path huge = directory.resolve("release.yaml");
    try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
      file.setLength(100L * 1024 * 1024);
    }
    long before = allocated();
    assertThat(problems(() -> READER.release(huge)).get(0).found())
        .isEqualTo("more than 262144 bytes");
    assertThat(problems(() -> READER.gate(huge)).get(0).found())
        .isEqualTo("more than 1048576 bytes");
    assertThat(allocated() - before).isLessThan(16L * 1024 * 1024);
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean)
            java.lang.management.ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  @Test
  void refusesWhatIsNotAFile() {
    assertThat(problems(() -> READER.release(directory)).get(0).found())
        .isEqualTo("something that is not a file");
    assertThat(problems(() -> READER.release(directory.resolve("none"))).get(0).found())
        .isEqualTo("no file");
    assertThat(problems(() -> READER.release(Path.of("/dev/zero"))).get(0).found())
        .isEqualTo("something that is not a file");
  }

  @Test
  void readsWindowsLineEnds() throws IOException {
    Path file = directory.resolve("release.yaml");
    Files.writeString(file, RELEASE.replace("\n", "\r\n"));
    assertThatCode(() -> READER.release(file)).doesNotThrowAnyException();
  }

  @Test
  void refusesDeepAndLargeJson() {
    ObjectNode deep = JsonNodeFactory.instance.objectNode();
    ObjectNode at = deep;
    for (int i = 0; i < 5_000; i++) {
      at = at.putObject("a");
    }
    assertThat(problems(() -> READER.manifest(deep)).get(0).found()).contains("32 levels");
    ObjectNode large = JsonNodeFactory.instance.objectNode();
    large.put("a", "x".repeat(300_000));
    assertThat(problems(() -> READER.manifest(large)).get(0).found()).contains("256 KiB");
  }

  @Test
  void saysAtMostTwentyThingsInLinesThatAreSafeToPrint() {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      many.append("'field\u00a0<").append(i).append(">': x\n");
    }
    InvalidDocumentException refused =
        Assertions.assertThrows(
            InvalidDocumentException.class, () -> READER.release("r.yaml", bytes(many.toString())));
    assertThat(refused.problems()).hasSize(20);
    assertThat(refused.getMessage().lines()).hasSize(20).allMatch(line -> line.length() < 500);
  }

  @Test
  void refusesOrReadsAnyBytesWithoutAnotherError() {
    Tries.of(500, random -> refusedOrRead(Tries.bytes(random, 200)));
  }

  @Test
  void refusesOrReadsAnyChangeOfAGoodFile() {
    Tries.of(
        500,
        random -> {
          byte[] bytes = bytes(RELEASE);
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
          refusedOrRead(bytes);
        });
  }

  private static void refusedOrRead(byte[] bytes) {
    try {
      READER.release("r.yaml", bytes);
    } catch (InvalidDocumentException refused) {
      assertThat(refused.problems()).isNotEmpty();
    }
  }
}
