package io.countersign.activities.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.countersign.activities.check.logging.AuditLogging;
import io.countersign.activities.port.AuditDevices.Device;
import io.countersign.activities.port.LogSink;
import io.countersign.activities.port.Reachability.Reach;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.check.Finding;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Audit devices of Vault, and the log sink of a workload. */
class AuditLoggingTests {
  private static final AuditLogging CHECK = new AuditLogging();
  private static final Path FOLDER =
      Path.of("src/test/resources/io/countersign/activities/check/audit-logging");
  private static final String SINK = "https://logs.example.com/ingest";

  /** Which finding each sink gives. */
  private static final Map<String, String> EXPECTED =
      new TreeMap<>(
          Map.of(
              "another-host.sink", "sink-not-listed",
              "another-path.sink", "sink-not-listed",
              "another-port.sink", "sink-not-listed",
              "another-transport.sink", "sink-not-listed",
              "dots-in-the-path.sink", "not-a-sink",
              "loopback-that-nobody-listed.sink", "sink-not-listed",
              "plain-text-to-another-machine.sink", "not-a-sink",
              "port-out-of-range.sink", "not-a-sink",
              "suffix-of-a-listed-host.sink", "sink-not-listed"));

  private final Contexts context = new Contexts();
  private final List<LogSink> reached = new ArrayList<>();

  AuditLoggingTests() {
    context.with = "{\"sinks\": [\"" + SINK + "\"]}";
    context.reachability =
        sink -> {
          reached.add(sink);
          return Reach.REACHED;
        };
    sink(SINK);
  }

  private void sink(String sink) {
    context.release =
        context.release.replaceFirst(
            "  issuer: prod-cluster\n(  logs: .*\n)?",
            "  issuer: prod-cluster\n  logs: {sink: \"" + sink + "\"}\n");
  }

  static Stream<Path> sinks() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("sinks")
  void aSinkThatNobodyListedFailsAndIsNotConnectedTo(Path file) throws IOException {
    sink(Files.readString(file).strip());

    CheckResult result = context.run(CHECK);

    assertThat(result.outcome()).isEqualTo(CheckOutcome.FAIL);
    assertThat(result.findings())
        .extracting(Finding::id)
        .containsExactly(EXPECTED.get(file.getFileName().toString()));
    assertThat(reached).isEmpty();
  }

  @Test
  void passesWithADeviceAndASinkThatAnswers() {
    CheckResult result = context.run(CHECK);

    assertThat(result.outcome()).isEqualTo(CheckOutcome.PASS);
    assertThat(result.findings()).isEmpty();
    assertThat(result.measurements())
        .containsEntry("sink", "https://logs.example.com:443/ingest")
        .containsEntry("audit.devices", "1");
    assertThat(reached).containsExactly(LogSink.parse(SINK));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://LOGS.example.com:443/ingest", "https://logs.example.com:443/ingest"})
  void theSameSinkInOtherWordsIsTheSame(String other) {
    sink(other);

    assertThat(context.findings(CHECK)).isEmpty();
  }

  @Test
  void aReleaseMustSayWhereItsLogGoes() {
    context.release = context.release.replaceFirst("  logs: .*\n", "");

    assertThat(context.findings(CHECK)).containsExactly("no-sink");
  }

  @ParameterizedTest
  @EnumSource(value = Reach.class, names = "REACHED", mode = EnumSource.Mode.EXCLUDE)
  void aSinkThatDoesNotAnswerFails(Reach reach) {
    context.reachability = sink -> reach;

    assertThat(context.run(CHECK).findings())
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.id()).isEqualTo("sink-unreachable");
              assertThat(finding.message()).contains(reach.toString());
            });
  }

  @ParameterizedTest(name = "raw {0}, partial {1}, discards {2}: {3}")
  @CsvSource({
    "false, true, false, partial-device no-audit-device",
    "false, false, true, partial-device no-audit-device",
    "true, false, false, raw-device"
  })
  void aDeviceCountsWhenItShowsAndKeepsEverythingAndNoSecret(
      boolean raw, boolean partial, boolean discards, String findings) {
    context.auditDevices = () -> List.of(new Device("d", "file", raw, partial, discards));

    CheckResult result = context.run(CHECK);

    assertThat(result.outcome()).isEqualTo(CheckOutcome.FAIL);
    assertThat(result.findings())
        .extracting(Finding::id)
        .containsExactlyInAnyOrder(findings.split(" "));
  }

  @Test
  void noDeviceFailsAndATierMayWantTwo() {
    context.auditDevices = List::of;
    assertThat(context.findings(CHECK)).containsExactly("no-audit-device");

    context.auditDevices = new Contexts().auditDevices;
    context.with = context.with.replace("{", "{\"devices\": 2, ");
    assertThat(context.findings(CHECK)).containsExactly("no-audit-device");
  }

  @Test
  void rawDevicesMayBeNoted() {
    context.auditDevices = () -> List.of(new Device("d", "file", true, false, false));
    context.with = context.with.replace("{", "{\"rawDevices\": \"noted\", ");

    assertThat(context.run(CHECK).outcome()).isEqualTo(CheckOutcome.PASS);
    assertThat(context.findings(CHECK)).containsExactly("raw-device");
  }

  @ParameterizedTest
  @ValueSource(strings = {"VAULT_UNAVAILABLE", "VAULT_DENIED"})
  void whatCouldNotBeLookedAtIsNoResult(FailureType type) {
    context.auditDevices =
        () -> {
          throw new GateException(type, "sys/audit");
        };
    refuses(type);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"sinks\": []}",
        "{\"sinks\": [\"ftp://logs.example.com\"]}",
        "{\"sinks\": [\"http://logs.example.com/\"]}",
        "{\"sinks\": [\"https://logs.example.com/*\"]}",
        "{\"sinks\": [\"https://logs.example.com/\"], \"devices\": 0}",
        "{\"sinks\": [\"https://logs.example.com/\"], \"devices\": 1.5}",
        "{\"sinks\": [\"https://logs.example.com/\"], \"rawDevices\": \"yes\"}",
        "{\"sinks\": [\"https://logs.example.com/\"], \"reach\": false}"
      })
  void settingsThatAreNotUnderstoodAreRefused(String with) {
    context.with = with;
    refuses(FailureType.INVALID_GATE_POLICY);
  }

  private void refuses(FailureType type) {
    assertThatExceptionOfType(GateException.class)
        .isThrownBy(() -> context.run(CHECK))
        .satisfies(failure -> assertThat(failure.type()).isEqualTo(type));
  }
}
