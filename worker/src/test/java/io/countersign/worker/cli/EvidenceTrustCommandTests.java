package io.countersign.worker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.adapter.signing.KeyFiles;
import io.countersign.activities.adapter.signing.Keys;
import io.countersign.worker.api.Reception;
import io.countersign.worker.api.TrustPage;
import io.countersign.worker.cli.Desk.Said;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A draft of trust.yaml over a real socket. */
class EvidenceTrustCommandTests {
  @TempDir private Path directory;
  private final ObjectNode trust = JsonNodeFactory.instance.objectNode();
  private final Reception reception = new Reception(new TrustPage(() -> trust));
  private Desk desk;

  @BeforeEach
  void open() {
    desk = new Desk(directory);
    desk.clock = Clock.fixed(reception.now, ZoneOffset.UTC);
    reception.adopt(
        Reception.ANN, KeyFiles.readPrivate(desk.key("ann"), Keys.Passphrase::unavailable));
    trust.put("apiVersion", "countersign.io/v1").put("kind", "Trust");
    for (String owner : new String[] {"ines", "paul"}) {
      ObjectNode one = trust.withArray("policyOwners").addObject().put("id", owner);
      one.withArray("keys").addObject().put("publicKey", publicKey(owner));
    }
    trust
        .withArray("gateKeys")
        .addObject()
        .put("id", "transit:countersign-gate:v1")
        .put("publicKey", publicKey("gate"));
  }

  @AfterEach
  void close() {
    reception.close();
  }

  @Test
  void writesADraftThatReadsBackAndSaysWhatToCompare() throws IOException {
    Path out = directory.resolve("trust.yaml");
    Said said = trust(out, "--json");
    assertThat(said.exit()).as(said.err()).isZero();
    JsonNode lines = new ObjectMapper().readTree(said.out());
    assertThat(lines.findValuesAsText("name"))
        .containsExactly("transit:countersign-gate:v1", "ines", "paul");
    assertThat(lines.get(0).path("sha256").asText())
        .isEqualTo(Keys.publicKey(publicKey("gate")).keyId());
    assertThat(Desk.read(out))
        .startsWith("# Whom an auditor believes.")
        .contains("kind: Trust", "-----BEGIN PUBLIC KEY-----");
    Said again = trust(out);
    assertThat(again.exit()).isEqualTo(2);
    assertThat(trust(out, "--force").out())
        .contains("policy-owner", "ask the policy owners for these fingerprints");
  }

  private String publicKey(String name) {
    return Desk.read(Path.of(desk.key(name) + ".pub"));
  }

  private Said trust(Path out, String... options) {
    String[] fixed = {
      "evidence",
      "trust",
      "-o",
      out.toString(),
      "--url",
      reception.server.url(),
      "--key",
      desk.key("ann").toString(),
      "--as",
      Reception.ANN
    };
    return desk.run(
        java.util.stream.Stream.of(fixed, options)
            .flatMap(java.util.Arrays::stream)
            .toArray(String[]::new));
  }
}
