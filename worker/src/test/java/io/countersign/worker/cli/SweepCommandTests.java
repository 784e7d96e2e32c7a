package io.countersign.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activity.GateJson;
import io.countersign.activity.SweepReport;
import io.countersign.activity.SweepReport.Finding;
import io.countersign.activity.SweepReport.Reason;
import io.countersign.activity.SweepReport.Result;
import io.countersign.activity.SweepReport.Status;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.Slot;
import io.countersign.release.ReleaseId;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class SweepCommandTests {
  private static final ReleaseId ONE = new ReleaseId("production", "fraud-scorer", "1.0");
  private static final Instant AT = Instant.parse("2026-11-03T10:15:30Z");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void endsWithZeroWhenEverythingDueIsRevoked() {
    assertThat(run(() -> report(Status.DONE, finding(Result.REVOKED, null)))).isZero();
    assertThat(out.toString())
        .contains("REVOKED", ONE.toString(), "WORKFLOW_ENDED")
        .contains("looked at 1 grants and 2 slots: 0 left alone, 1 revoked, 0 failed, 0 refused");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void endsWithZeroWhenAnotherSweepIsRunning() {
    assertThat(run(() -> SweepReport.busy(AT))).isZero();
    assertThat(out.toString()).contains("another sweep is running");
  }

  @ParameterizedTest
  @CsvSource({
    "FAILED, TEMPORAL_UNAVAILABLE, 6",
    "FAILED, VAULT_UNAVAILABLE, 6",
    "FAILED, DATABASE_UNAVAILABLE, 6",
    "FAILED, REVOCATION_UNPROVED, 7",
    "FAILED, RECORD_CONFLICT, 7",
    "REFUSED, REVOCATION_UNPROVED, 7",
    "REFUSED, RECORD_CONFLICT, 7"
  })
  void saysByItsExitCodeWhatIsLeftUndone(Result result, FailureType type, int code) {
    assertThat(run(() -> report(Status.DONE, finding(result, type)))).isEqualTo(code);
    assertThat(err.toString()).contains(type.name());
  }

  @Test
  void endsWithSevenAtTheBlastRadius() {
    Finding refused = finding(Result.REFUSED, FailureType.BLAST_RADIUS);
    assertThat(run(() -> report(Status.BLAST_RADIUS, refused))).isEqualTo(7);
    assertThat(err.toString()).contains("BLAST_RADIUS");
  }

  @ParameterizedTest
  @CsvSource({
    "TEMPORAL_UNAVAILABLE, 6",
    "VAULT_DENIED, 6",
    "INVALID_GATE_POLICY, 2",
    "RECORD_CONFLICT, 7"
  })
  void saysWhyNothingWasTouched(FailureType type, int code) {
    int ended =
        run(
            () -> {
              throw new GateException(type, "away");
            });
    assertThat(ended).isEqualTo(code);
    assertThat(err.toString()).contains(type + ": away");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void printsTheReportAsJson() throws Exception {
    SweepReport report = report(Status.DONE, finding(Result.REVOKED, null));
    assertThat(run(() -> report, "--json")).isZero();
    JsonNode json = GateJson.mapper().readTree(out.toString());
    assertThat(json.path("revoked").asInt()).isEqualTo(1);
    assertThat(GateJson.mapper().treeToValue(json, SweepReport.class)).isEqualTo(report);
  }

  private int run(Supplier<SweepReport> pass, String... arguments) {
    return new CommandLine(new SweepCommand(pass))
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private static Finding finding(Result result, @Nullable FailureType type) {
    return new Finding(
        "production",
        "fraud-scorer",
        Slot.A,
        ONE,
        Reason.WORKFLOW_ENDED,
        result,
        type,
        "what happened");
  }

  private static SweepReport report(Status status, Finding finding) {
    return new SweepReport(
        AT,
        status,
        1,
        2,
        0,
        finding.result() == Result.REVOKED ? 1 : 0,
        finding.result() == Result.FAILED ? 1 : 0,
        finding.result() == Result.REFUSED ? 1 : 0,
        List.of(finding));
  }
}
