package io.countersign.worker.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.adapter.memory.LocalKeySigner;
import io.countersign.activities.port.Permits;
import io.countersign.activities.signoff.VerificationKey;
import io.countersign.failure.GateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GateKeysTests {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @TempDir Path directory;
  private final LocalKeySigner first = new LocalKeySigner();
  private final LocalKeySigner second = new LocalKeySigner();
  private Path file;
  private long nanos = 5;

  @BeforeEach
  void write() throws IOException {
    file = directory.resolve("trust.yaml");
    lists(first);
  }

  @Test
  void believesTheKeysOfTheFile() {
    Permits permits = keys().get();
    assertThat(permits.believes(key("v1", first))).isTrue();
    assertThat(permits.believes(key("v2", first))).isFalse();
    assertThat(permits.believes(key("v1", second))).isFalse();
  }

  @Test
  void followsARotationWithoutARestart() throws IOException {
    GateKeys keys = keys();
    Permits before = keys.get();
    keys.look();
    assertThat(keys.get()).isSameAs(before);
    lists(first, second);
    keys.look();
    assertThat(keys.get().believes(key("v1", first))).isTrue();
    assertThat(keys.get().believes(key("v2", second))).isTrue();
    Files.writeString(file, trust("v2", second));
    keys.look();
    assertThat(keys.get().believes(key("v1", first))).as("withdrawn").isFalse();
  }

  @Test
  void keepsItsKeysForAsLongAsTheRecordMayBeOldAndThenBelievesNothing() throws IOException {
    GateKeys keys = keys();
    Files.writeString(file, "kind: Trust");
    nanos += LIMIT.toNanos();
    keys.look();
    assertThat(keys.get().believes(key("v1", first))).isTrue();
    nanos++;
    keys.look();
    assertThat(keys.get().believes(key("v1", first))).isFalse();
    lists(first);
    keys.look();
    assertThat(keys.get().believes(key("v1", first))).isTrue();
    Files.delete(file);
    nanos += LIMIT.toNanos() + 1;
    keys.look();
    assertThat(keys.get().believes(key("v1", first))).isFalse();
  }

  @Test
  void aNodeWithoutKeysDoesNotStart() throws IOException {
    Files.delete(file);
    assertThatThrownBy(this::keys).isInstanceOf(GateException.class);
    Files.writeString(file, "apiVersion: countersign.io/v1\nkind: Trust\nunsignedRules: true\n");
    assertThatThrownBy(this::keys).isInstanceOf(GateException.class);
    Files.writeString(
        file, "apiVersion: countersign.io/v1\nkind: Trust\nunsignedRules: true\ngateKeys: []\n");
    assertThatThrownBy(this::keys).isInstanceOf(GateException.class);
  }

  private GateKeys keys() {
    return new GateKeys(file, LIMIT, () -> nanos);
  }

  private void lists(LocalKeySigner... signers) throws IOException {
    StringBuilder text = new StringBuilder(trust("v1", signers[0]));
    for (int i = 1; i < signers.length; i++) {
      text.append(entry("v" + (i + 1), signers[i]));
    }
    Files.writeString(file, text);
  }

  private static String trust(String id, LocalKeySigner signer) {
    return "apiVersion: countersign.io/v1\nkind: Trust\nunsignedRules: true\ngateKeys:\n"
        + entry(id, signer);
  }

  private static String entry(String id, LocalKeySigner signer) {
    return "  - id: transit:countersign-gate:%s\n    publicKey: |\n      %s\n      %s\n      %s\n"
        .formatted(
            id,
            "-----BEGIN PUBLIC KEY-----",
            Base64.getEncoder().encodeToString(signer.publicKey().getEncoded()),
            "-----END PUBLIC KEY-----");
  }

  private static Permits.Key key(String id, LocalKeySigner signer) {
    return new Permits.Key(
        "transit:countersign-gate:" + id, VerificationKey.of(signer.publicKey()).keyId());
  }
}
