package io.countersign.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.activities.adapter.signing.KeyFiles;
import io.countersign.activities.adapter.signing.Keys;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.record.JsonDocument;
import io.countersign.record.NewEntry;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.worker.api.Reception;
import io.countersign.worker.cli.Desk.Said;
import io.countersign.worker.gateway.ReleaseSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code release list} says with a worker's record behind it, over a real socket. */
class ReleaseListRecordTests {
  private static final ReleaseId RUNNING = ReleaseId.parse("production/scorer/2.0");
  private static final ReleaseId FORGOTTEN = ReleaseId.parse("production/scorer/1.0");

  @TempDir private Path directory;
  private final Reception reception = new Reception();
  private Desk desk;

  @BeforeEach
  void open() {
    desk = new Desk(directory);
    desk.clock = Clock.fixed(reception.now, ZoneOffset.UTC);
    reception.adopt(
        Reception.ANN, KeyFiles.readPrivate(desk.key("ann"), Keys.Passphrase::unavailable));
    tell(FORGOTTEN, EntryKind.COMPLETE, "RETIRED", reception.now.minusSeconds(500));
    tell(RUNNING, EntryKind.STATE, "CHECKING", reception.now.minusSeconds(50));
    desk.gateway.summaries.add(
        new ReleaseSummary(
            RUNNING,
            GateState.SUSPENDED,
            true,
            "elevated",
            List.of(),
            null,
            reception.now.minusSeconds(49),
            null));
  }

  @AfterEach
  void close() {
    reception.close();
  }

  @Test
  void showsWhatTemporalShowsAndWhatItHasForgotten() throws IOException {
    JsonNode rows = json(list("--json"));
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).path("release").asText()).isEqualTo(RUNNING.toString());
    assertThat(rows.get(0).path("state").asText()).isEqualTo("SUSPENDED");
    assertThat(rows.get(0).path("source").asText()).isEqualTo("temporal");
    assertThat(rows.get(1).path("release").asText()).isEqualTo(FORGOTTEN.toString());
    assertThat(rows.get(1).path("state").asText()).isEqualTo("RETIRED");
    assertThat(rows.get(1).path("source").asText()).isEqualTo("record");
    assertThat(rows.get(1).path("open").asBoolean()).isFalse();
    assertThat(rows.get(1).path("interrupted").asBoolean()).isFalse();
  }

  @Test
  void asksTheRecordAloneWhereSomebodyHasNoTemporal() throws IOException {
    JsonNode rows = json(list("--record-only", "--json"));
    assertThat(rows.get(0).path("state").asText()).isEqualTo("CHECKING");
    assertThat(rows).hasSize(2);
    assertThat(desk.gateway.filters).isEmpty();
    assertThat(json(list("--record-only", "--state", "retired", "--json"))).hasSize(1);
    assertThat(json(list("--record-only", "--since", "60s", "--json"))).hasSize(1);
    assertThat(json(list("--record-only", "--by", "gate", "--json"))).hasSize(2);
    assertThat(json(list("--record-only", "--by", "x' OR '1'='1", "--json"))).isEmpty();
    assertThat(list("--record-only", "--open").exit()).isEqualTo(2);
  }

  @Test
  void narrowsWhatTemporalShowsToThePersonsReleases() throws IOException {
    assertThat(json(list("--by", "nobody@example.com", "--json"))).isEmpty();
    assertThat(json(list("--by", "gate", "--limit", "1", "--json"))).hasSize(1);
  }

  @Test
  void showsOnlyWhatWaitsWhenAskedForThat() throws IOException {
    assertThat(json(list("--awaiting", "risk", "--json"))).hasSize(1);
  }

  @Test
  void saysInPlainWordsWhyTheWorkerRefuses() {
    Path stranger = desk.key("mallory");
    Said said = run(stranger, "--record-only");
    assertThat(said.exit()).isEqualTo(7);
    assertThat(said.err()).startsWith("UNKNOWN_KEY: ");
    reception.close();
    Said away = list("--record-only");
    assertThat(away.exit()).isEqualTo(6);
    assertThat(away.err()).startsWith("WORKER_UNAVAILABLE: ");
  }

  @Test
  void needsAnAddressOfTheInterface() {
    for (String url : List.of("ftp://x", "http://h/path", "http://u:p@h", "nonsense")) {
      Said said = desk.run("release", "list", "--url", url, "--key", desk.key("ann").toString());
      assertThat(said.exit()).as(url).isEqualTo(2);
    }
    Said none =
        desk.run("release", "list", "--key", desk.key("ann").toString(), "--as", Reception.ANN);
    assertThat(none.exit()).isEqualTo(2);
    assertThat(none.err()).contains("--url is missing");
    desk.environment.put("COUNTERSIGN_API_URL", reception.server.url());
    assertThat(
            desk.run("release", "list", "--key", desk.key("ann").toString(), "--as", Reception.ANN)
                .exit())
        .isZero();
  }

  private Said list(String... options) {
    return run(desk.key("ann"), options);
  }

  private Said run(Path key, String... options) {
    return desk.run(
        Stream.concat(
                Stream.of(
                    "release",
                    "list",
                    "--url",
                    reception.server.url(),
                    "--key",
                    key.toString(),
                    "--as",
                    Reception.ANN),
                Stream.of(options))
            .toArray(String[]::new));
  }

  private void tell(ReleaseId id, EntryKind kind, String state, Instant at) {
    reception
        .record
        .releases()
        .tell(
            new NewEntry(
                id, at, kind, "gate", new EntryKey("told/1"), new JsonDocument("{\"n\":1}")),
            state);
  }

  private static JsonNode json(Said said) throws IOException {
    assertThat(said.exit()).as(said.err()).isZero();
    return new ObjectMapper().readTree(said.out());
  }
}
