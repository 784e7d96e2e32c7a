package io.countersign.activities.adapter.kingfisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SecretScanner.Leak;
import io.countersign.activities.port.SecretScanner.Report;
import io.countersign.activities.port.SecretScanner.Scan;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A scanner that does not do its work, played by a shell script. */
class KingfisherScanTests {
  private static final int TEXT = 5;
  private static final int BYTES = TEXT + KingfisherScan.planted().length;

  @TempDir Path directory;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "exit 0                                   | report cannot be read",
        "exit 3                                   | ended with 3",
        "kill -9 $$                               | ended with 137",
        "report 2 BYTES; exit 1                   | ended with 1",
        "echo nonsense > $out                     | report cannot be read",
        "echo '[]' > $out                         | report is none",
        "echo '{\"findings\": [' > $out           | report cannot be read",
        "echo '{}' > $out                         | looked at -1 of 2 texts",
        "report 1 BYTES planted                   | looked at 1 of 2 texts",
        "report 2 4 planted                       | and 4 of",
        "report 2 BYTES                           | did not find what was planted",
        "report 2 BYTES 1                         | did not find what was planted",
        "report 2 BYTES planted 7                 | a text that it was not given"
      })
  void whatCannotShowThatItLookedIsBroken(String script, String said) throws IOException {
    assertThatExceptionOfType(GateException.class)
        .isThrownBy(() -> scan(script))
        .satisfies(
            failure -> {
              assertThat(failure.type()).isEqualTo(FailureType.CHECK_BROKEN);
              assertThat(failure.getMessage()).contains(said).doesNotContain("s3cr3t");
            });
  }

  @Test
  void aFindingIsToldWithoutWhatWasFound() throws IOException {
    Report report = scan("report 2 BYTES planted 1");

    assertThat(report.leaks()).containsExactly(new Leak("prompts/a", 4, "some.rule"));
    assertThat(report.toString()).doesNotContain("s3cr3t");
  }

  @Test
  void theProgramGetsNoEnvironmentAndOneFolderThatIsRemoved() throws IOException {
    scan("env > " + directory + "/env; ls > " + directory + "/ls; report 2 BYTES planted");

    assertThat(Files.readAllLines(directory.resolve("env")))
        .allMatch(line -> line.matches("(HOME|TMPDIR|PWD|SHLVL|OLDPWD|_|[A-Z]+_PROXY)=.*"));
    assertThat(Files.readAllLines(directory.resolve("ls"))).containsExactly("texts");
    assertThat(Files.readAllLines(directory.resolve("env")))
        .filteredOn(line -> line.startsWith("HOME="))
        .singleElement()
        .satisfies(home -> assertThat(Path.of(home.substring("HOME=".length()))).doesNotExist());
  }

  @Test
  void withoutAProgramNothingIsScanned() {
    assertThatExceptionOfType(GateException.class)
        .isThrownBy(() -> new KingfisherScanner(Optional.empty(), directory).begin())
        .satisfies(failure -> assertThat(failure.type()).isEqualTo(FailureType.CHECK_BROKEN));
    assertThatExceptionOfType(GateException.class)
        .isThrownBy(() -> scan(directory.resolve("none")))
        .satisfies(failure -> assertThat(failure.type()).isEqualTo(FailureType.CHECK_BROKEN));
  }

  @Test
  void workThatIsStoppedStopsTheProgram() throws IOException {
    Path program = program("echo $$ > " + directory + "/pid; exec sleep 600");

    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(
            () ->
                scan(
                    program,
                    (what, bytes) -> {
                      throw new IllegalStateException("cancelled");
                    }));
    long pid = Long.parseLong(Files.readString(directory.resolve("pid")).strip());
    assertThat(ProcessHandle.of(pid).map(handle -> handle.onExit().join()))
        .satisfies(gone -> assertThat(gone.isEmpty() || !gone.get().isAlive()).isTrue());
  }

  private Report scan(String script) throws IOException {
    return scan(program(script.replace("BYTES", Integer.toString(BYTES))));
  }

  private Report scan(Path program) {
    return scan(program, Progress.unwatched());
  }

  private Report scan(Path program, Progress progress) {
    try (Scan scan =
        new KingfisherScanner(Optional.of(program), directory.resolve("cache")).begin()) {
      scan.add("prompts/a", "hello".getBytes(StandardCharsets.UTF_8));
      return scan.run(progress);
    }
  }

  /** {@code report BLOBS BYTES FILE…} writes a report with a finding in each of these files. */
  private Path program(String script) throws IOException {
    Path program = directory.resolve("kingfisher");
    Files.writeString(
        program,
        """
        #!/bin/sh
        PATH=/usr/bin:/bin
        for argument; do case $argument in --output=*) out=${argument#--output=} ;; esac; done
        report() {
          blobs=$1 bytes=$2 between=
          shift 2
          printf '{"findings": [' > "$out"
          for file; do
            printf '%%s{"rule": {"id": "some.rule"}, "finding": {"snippet": "s3cr3t", "line": 4, "path": "/x/%%s"}}' "$between" "$file" >> "$out"
            between=,
          done
          printf '], "metadata": {"kingfisher_version": "1", "summary": {"rules_applied": 3, "blobs_scanned": %%s, "bytes_scanned": %%s}}}' "$blobs" "$bytes" >> "$out"
        }
        %s
        """
            .formatted(script));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return program;
  }
}
