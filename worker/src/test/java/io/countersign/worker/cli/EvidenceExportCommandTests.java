package io.countersign.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.activities.adapter.signing.KeyFiles;
import io.countersign.activities.adapter.signing.Keys;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.worker.api.EvidencePage;
import io.countersign.worker.api.Reception;
import io.countersign.worker.cli.Desk.Said;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exports over a real socket. */
class EvidenceExportCommandTests {
  private static final byte[] LINE = "x".repeat(1023).concat("\n").getBytes(StandardCharsets.UTF_8);
  private static final int LINES = 30_000;

  @TempDir private Path directory;
  private final Reception reception =
      new Reception(new EvidencePage(EvidenceExportCommandTests::bundle));
  private Desk desk;
  private Path out;

  /** 30 MB; or less of it. */
  private static void bundle(ReleaseId release, OutputStream to) throws IOException {
    if (release.version().equals("absent")) {
      throw new GateException(FailureType.UNKNOWN_RELEASE, release + " is not in the record");
    }
    for (int i = 0; i < LINES; i++) {
      to.write(LINE);
      if (release.version().equals("broken") && i == LINES / 2) {
        throw new GateException(FailureType.DATABASE_UNAVAILABLE, "went away");
      }
    }
  }

  @BeforeEach
  void open() {
    desk = new Desk(directory);
    desk.clock = Clock.fixed(reception.now, ZoneOffset.UTC);
    reception.adopt(
        Reception.ANN, KeyFiles.readPrivate(desk.key("ann"), Keys.Passphrase::unavailable));
    out = directory.resolve("bundle.jsonl");
  }

  @AfterEach
  void close() {
    reception.close();
  }

  @Test
  void writesTheBundleByteForByteAndSaysItsDigest() throws IOException {
    Said said = export("production/scorer/1.0", "--json");
    assertThat(said.exit()).as(said.err()).isZero();
    JsonNode json = new ObjectMapper().readTree(said.out());
    assertThat(Files.size(out)).isEqualTo((long) LINES * LINE.length);
    assertThat(json.path("bytes").asLong()).isEqualTo(Files.size(out));
    assertThat(json.path("digest").asText())
        .isEqualTo(Digest.of(Files.readAllBytes(out)).toString());
    assertThat(json.path("release").asText()).isEqualTo("production/scorer/1.0");
  }

  @Test
  void neverReplacesAFileUnasked() throws IOException {
    Files.writeString(out, "mine");
    Said said = export("production/scorer/1.0");
    assertThat(said.exit()).isEqualTo(2);
    assertThat(said.err()).contains("is there already").contains("--force");
    assertThat(out).hasContent("mine");
    assertThat(export("production/scorer/1.0", "--force").exit()).isZero();
    assertThat(Files.size(out)).isGreaterThan(1_000_000);
  }

  @Test
  void leavesNothingOfAnExportThatBreaksOff() throws IOException {
    Said said = export("production/scorer/broken");
    assertThat(said.exit()).isEqualTo(6);
    assertThat(said.err()).startsWith("WORKER_UNAVAILABLE: ").contains("broke off");
    assertThat(files()).doesNotContain("bundle.jsonl").noneMatch(name -> name.endsWith(".part"));
    Files.writeString(out, "mine");
    assertThat(export("production/scorer/broken", "--force").exit()).isEqualTo(6);
    assertThat(out).hasContent("mine");
  }

  @Test
  void saysWhatIsNotThere() throws IOException {
    Said said = export("production/scorer/absent");
    assertThat(said.exit()).isEqualTo(7);
    assertThat(said.err()).startsWith("UNKNOWN_RELEASE: ");
    assertThat(files()).noneMatch(name -> name.endsWith(".part"));
    out = directory.resolve("no/such/directory/bundle.jsonl");
    assertThat(export("production/scorer/1.0").exit()).isEqualTo(2);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private Said export(String id, String... options) {
    return desk.run(
        Stream.concat(
                Stream.of(
                    "evidence",
                    "export",
                    id,
                    "-o",
                    out.toString(),
                    "--url",
                    reception.server.url(),
                    "--key",
                    desk.key("ann").toString(),
                    "--person",
                    Reception.ANN),
                Stream.of(options))
            .toArray(String[]::new));
  }
}
