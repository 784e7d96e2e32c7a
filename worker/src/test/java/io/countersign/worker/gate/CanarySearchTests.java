package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.worker.gate.CanarySearch.Sighting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A search that finds nothing proves something only if it would have found it. */
class CanarySearchTests {
  private static final String SECRET = "s.9vT/~kQ+2m_Zr?x>Lw8:Yb";
  private final CanarySearch search = new CanarySearch().plant("token", SECRET);

  @Test
  void findsAValueAsItIsWithNameAndPlaceAndNotTheValue() {
    List<Sighting> seen = search.in("a log", "denied for " + SECRET + "!");
    assertThat(seen).containsExactly(new Sighting("token", "", "a log", 11));
    assertThat(seen.toString()).doesNotContain(SECRET);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void findsBase64OfBothAlphabetsWhateverStandsAroundIt(int before) {
    byte[] text =
        ("{\"x\":".substring(0, before) + SECRET + "\"}").getBytes(StandardCharsets.UTF_8);
    assertThat(search.in("std", Base64.getEncoder().encode(text))).isNotEmpty();
    assertThat(search.in("url", Base64.getUrlEncoder().encode(text))).isNotEmpty();
    assertThat(search.in("mime", Base64.getMimeEncoder().encode(text))).isNotEmpty();
  }

  @Test
  void findsHexadecimalOfEitherCase() {
    String hex = HexFormat.of().formatHex(SECRET.getBytes(StandardCharsets.UTF_8));
    assertThat(search.in("bytea", "\\x" + hex)).isNotEmpty();
    assertThat(search.in("bytea", hex.toUpperCase(Locale.ROOT))).isNotEmpty();
  }

  @Test
  void findsAnEnvelopesStatementInAnExportedHistory() {
    byte[] statement = ("{\"reason\":\"" + SECRET + "\"}").getBytes(StandardCharsets.UTF_8);
    String envelope = "{\"payload\":\"" + Base64.getEncoder().encodeToString(statement) + "\"}";
    String history =
        "{\"data\":\""
            + Base64.getEncoder().encodeToString(envelope.getBytes(StandardCharsets.UTF_8))
            + "\"}";
    assertThat(search.in("history", history)).isNotEmpty();
  }

  @Test
  void findsAHalfOfIt() {
    assertThat(search.in("log", SECRET.substring(0, 14) + "…")).isNotEmpty();
    assertThat(search.in("log", "…" + SECRET.substring(12))).isNotEmpty();
  }

  @Test
  void findsItInALargeFileWhereverItLies(@TempDir Path directory) throws IOException {
    byte[] large = new byte[(3 << 20) + 77];
    new Random(7).nextBytes(large);
    Files.write(directory.resolve("nothing"), large);
    assertThat(search.inTree(directory)).isEmpty();
    byte[] secret = Base64.getEncoder().encode(SECRET.getBytes(StandardCharsets.UTF_8));
    int[] places =
        IntStream.concat(
                IntStream.of(0, large.length - secret.length),
                IntStream.rangeClosed(-40, 5).map(near -> (1 << 20) + near))
            .toArray();
    for (int place : places) {
      byte[] planted = Arrays.copyOf(large, large.length);
      System.arraycopy(secret, 0, planted, place, secret.length);
      Files.write(directory.resolve("planted"), planted);
      assertThat(search.inTree(directory)).as("at %s", place).isNotEmpty();
    }
  }

  @Test
  void doesNotFindWhatIsNotThere() {
    assertThat(search.in("log", SECRET.substring(0, 11) + " " + SECRET.substring(13))).isEmpty();
    assertThat(search.in("log", "")).isEmpty();
  }

  @Test
  void refusesWhatWouldBeFoundByChance() {
    assertThatThrownBy(() -> search.plant("short", "elevenchars"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
