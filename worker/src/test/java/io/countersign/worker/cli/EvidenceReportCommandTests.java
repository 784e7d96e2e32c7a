package io.countersign.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.worker.cli.Desk.Said;
import io.countersign.worker.page.Bundles;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvidenceReportCommandTests {
  @TempDir private Path directory;
  private Desk desk;
  private String bundle;

  @BeforeEach
  void export() {
    desk = new Desk(directory);
    bundle = desk.write("release.jsonl", Bundles.rolledBack()).toString();
  }

  @Test
  void thePageGoesToStandardOutput() {
    Said said = desk.run("evidence", "report", bundle);

    assertThat(said.exit()).isZero();
    assertThat(said.out()).startsWith("<!doctype html>").endsWith("</html>\n");
    assertThat(desk.run("evidence", "report", bundle, "--markdown").out())
        .startsWith("# Release report: `production/fraud-scorer/2026.11.2`");
  }

  @Test
  void thePageGoesToAFileThatIsNotThere() {
    String page = directory.resolve("report.html").toString();

    Said said = desk.run("evidence", "report", bundle, "-o", page, "--json");
    assertThat(said.exit()).isZero();
    assertThat(said.out())
        .contains("\"release\":\"production/fraud-scorer/2026.11.2\"")
        .contains("\"verification\":\"NOT_CHECKED\"");
    assertThat(Path.of(page)).content().isEqualTo(desk.run("evidence", "report", bundle).out());

    assertThat(desk.run("evidence", "report", bundle, "-o", page).exit()).isEqualTo(2);
    assertThat(desk.run("evidence", "report", bundle, "-o", page, "--force").exit()).isZero();
  }

  @Test
  void whatIsNoBundleIsRefusedAndLeavesNoPage() {
    Path page = directory.resolve("report.html");
    String other = desk.write("other.jsonl", "{\"payload\": 3}\n").toString();

    Said said = desk.run("evidence", "report", other, "-o", page.toString());
    assertThat(said.exit()).isEqualTo(7);
    assertThat(said.err()).startsWith("UNREADABLE: bundle: ");
    assertThat(Files.exists(page)).isFalse();
    assertThat(desk.run("evidence", "report", directory.toString()).exit()).isEqualTo(2);
    assertThat(desk.run("evidence", "report", page.toString()).exit()).isEqualTo(2);
  }
}
