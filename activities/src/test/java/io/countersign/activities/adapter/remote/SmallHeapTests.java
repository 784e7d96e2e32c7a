package io.countersign.activities.adapter.remote;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.release.Digest;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SmallHeapTests {
  private static final int PIECES = 160;
  private static final byte[] PIECE = new byte[1 << 20];

  @Test
  @Timeout(120)
  void aSubjectOfFiveTimesTheHeapIsRead() throws Exception {
    MessageDigest sha256 = Digest.sha256();
    for (int i = 0; i < PIECES; i++) {
      sha256.update(PIECE);
    }
    Digest large = Digest.of(sha256);
    long bytes = (long) PIECES * PIECE.length;
    try (ScriptedRegistry registry = new ScriptedRegistry()) {
      ObjectNode manifest = ScriptedRegistry.manifest();
      ScriptedRegistry.layer(manifest, "weights.bin", PIECE)
          .put("digest", large.toString())
          .put("size", bytes);
      registry.blob(ScriptedRegistry.CONFIG);
      registry
          .server()
          .on(
              ScriptedRegistry.blobPath(large),
              exchange -> {
                exchange.sendResponseHeaders(200, bytes);
                try (OutputStream out = exchange.getResponseBody()) {
                  for (int i = 0; i < PIECES; i++) {
                    out.write(PIECE);
                  }
                }
              });
      String uri = registry.push(manifest);
      ProcessBuilder builder =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx32m",
                  ReadsInASmallHeap.class.getName(),
                  registry.url(),
                  uri)
              .redirectErrorStream(true);
      builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
      Process process = builder.start();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      assertThat(process.waitFor()).as(said).isZero();
      assertThat(said).endsWith(uri.substring(uri.indexOf('@') + 1) + " " + bytes);
    }
  }
}
