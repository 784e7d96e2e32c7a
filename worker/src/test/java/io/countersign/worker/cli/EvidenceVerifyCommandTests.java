package io.countersign.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.worker.cli.Desk.Said;
import io.countersign.worker.page.Bundles;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command says and answers; what is verified is tested beside the verifier. */
class EvidenceVerifyCommandTests {
  @TempDir private Path directory;
  private Desk desk;
  private String bundle;
  private String keys;

  @BeforeEach
  void export() {
    desk = new Desk(directory);
    bundle = desk.write("release.jsonl", Bundles.rolledBack()).toString();
    desk.key("gate");
    keys =
        desk.write(
                "trust.yaml",
                """
                apiVersion: countersign.io/v1
                kind: Trust
                unsignedRules: true
                gateKeys:
                  - id: transit:countersign-gate:v1
                    publicKey: |
                """
                    + Desk.read(directory.resolve("gate.key.pub")).indent(6))
            .toString();
  }

  @Test
  void strangersEvidenceDoesNotVerifyAndSaysWhere() {
    Said said = desk.run("evidence", "verify", bundle, "--keys", keys);
    assertThat(said.exit()).isEqualTo(8);
    assertThat(said.out()).contains("DOES NOT VERIFY", ", line 1: ", "Not proved:");
    assertThat(said.err()).isEmpty();
    assertThat(desk.run("evidence", "verify", bundle, "--keys", keys, "--json").out())
        .startsWith("{\"verified\":false")
        .contains("\"line\":1");
  }

  @Test
  void aReportShowsTheVerdictAndAnswersIt() {
    Path page = directory.resolve("report.html");
    Said said = desk.run("evidence", "report", bundle, "--keys", keys, "-o", page.toString());
    assertThat(said.exit()).isEqualTo(8);
    assertThat(said.out()).contains("NOT_VERIFIED");
    assertThat(page).content().contains("line 1");
  }

  @Test
  void whatCannotBeUsedIsUsage() {
    assertThat(desk.run("evidence", "verify", bundle).exit()).isEqualTo(2);
    assertThat(desk.run("evidence", "verify", "nowhere", "--keys", keys).exit()).isEqualTo(2);
    assertThat(desk.run("evidence", "verify", bundle, "--keys", keys, "--head", "x").exit())
        .isEqualTo(2);
    Said wrong = desk.run("evidence", "verify", bundle, "--keys", bundle);
    assertThat(wrong.exit()).isEqualTo(2);
    assertThat(wrong.err()).startsWith("INVALID_TRUST: ");
  }
}
