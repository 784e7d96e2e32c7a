package io.countersign.worker.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A container would refuse to start with a variable that no setting has. */
class ComposeSettingsTests {
  private static final Pattern VARIABLE = Pattern.compile("(?m)^ +(COUNTERSIGN_[A-Z_]+):");

  @Test
  void composeGivesOnlyVariablesThatAreSettings() throws IOException {
    List<String> given =
        VARIABLE
            .matcher(Files.readString(Path.of("..", "docker-compose.yml")))
            .results()
            .map((MatchResult found) -> found.group(1))
            .distinct()
            .toList();

    assertThat(given).hasSizeGreaterThan(8);
    assertThat(Stream.of(Setting.values()).map(Setting::variable).toList()).containsAll(given);
  }
}
