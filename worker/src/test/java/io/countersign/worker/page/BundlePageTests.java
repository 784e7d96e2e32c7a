package io.countersign.worker.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.adapter.signing.ApproverKeys;
import io.countersign.activities.adapter.signing.StatementReader;
import io.countersign.activities.report.BundleReader;
import io.countersign.activities.report.CheckRun.Place;
import io.countersign.activities.report.ReleaseReport;
import io.countersign.activities.report.ReportMaker;
import io.countersign.activities.report.Verification;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.worker.config.GateAssembly;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a bundle says, without the gate. */
class BundlePageTests {
  private final ReportPage page = new ReportPage();

  private static ReleaseReport report(String bundle) throws IOException {
    return new ReportMaker(GateAssembly.reader(), new StatementReader(), new ApproverKeys())
        .report(
            BundleReader.read(new ByteArrayInputStream(bundle.getBytes(StandardCharsets.UTF_8))),
            Verification.notChecked());
  }

  @Test
  void aBundleGivesTheSamePageAsTheRecordItCameFrom() throws IOException {
    Script script = Lives.rolledBack();

    assertThat(page.html(report(script.bundle()))).isEqualTo(page.html(script.report()));
    assertThat(page.markdown(report(script.bundle()))).isEqualTo(page.markdown(script.report()));
  }

  @Test
  void aDocumentThatIsNotInTheBundleIsSaidToBeMissing() throws IOException {
    String bundle = Lives.rolledBack().bundle();
    String less = bundle.substring(bundle.indexOf('\n') + 1);
    less = less.substring(less.indexOf('\n') + 1);
    String without = less.substring(less.indexOf('\n') + 1);

    assertThat(report(less).checks())
        .flatExtracting(run -> run.documents())
        .allMatch(document -> document.place() == Place.BUNDLE);
    assertThat(report(without).checks())
        .flatExtracting(run -> run.documents())
        .filteredOn(document -> document.place() == Place.ABSENT)
        .hasSize(1);
    assertThat(report(less).voices())
        .as("without the approvers file nobody's key is known")
        .allMatch(voice -> voice.key() == null);
    assertThat(report(less).risk().why()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "\n", "{}\n", "no json\n", "[]\n", "{\"payload\": \"%%\"}\n", "null\n"})
  void whatIsNoBundleIsRefused(String text) {
    assertThatThrownBy(() -> report(text))
        .isInstanceOfSatisfying(
            GateException.class, e -> assertThat(e.type()).isEqualTo(FailureType.UNREADABLE));
  }

  @Test
  void aTruncatedBundleIsRefused() {
    String bundle = Lives.rolledBack().bundle();
    assertThatThrownBy(() -> report(bundle.substring(0, bundle.length() - 100)))
        .isInstanceOf(GateException.class)
        .hasMessageStartingWith("UNREADABLE: bundle: line ");
  }
}
