package io.countersign.bench;

import io.countersign.activities.adapter.memory.LocalKeySigner;
import io.countersign.activities.adapter.signing.GateEnvelopes;
import io.countersign.activities.grant.PermitStatement;
import io.countersign.activities.port.GateKey;
import io.countersign.activities.port.GateSigner;
import io.countersign.activities.port.Permit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.List;

/** The key of a gate that gives permits, and the file by which decision nodes believe it. */
final class PermitKey {
  private final LocalKeySigner key = new LocalKeySigner();
  private final GateSigner gate =
      new GateEnvelopes(() -> new GateKey(key, List.of(key.publicKey())), Clock.systemUTC());

  String sign(Permit permit) {
    return gate.sign(PermitStatement.of(permit));
  }

  /** Writes the trust file. */
  Path trust(Path file) throws IOException {
    String pem =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
            .encodeToString(key.publicKey().getEncoded());
    return Files.writeString(
        file,
        """
        apiVersion: countersign.io/v1
        kind: Trust
        unsignedRules: true
        gateKeys:
          - id: "%s"
            publicKey: |
        %s"""
            .formatted(
                key.keyId(),
                ("-----BEGIN PUBLIC KEY-----\n" + pem + "\n-----END PUBLIC KEY-----\n").indent(6)));
  }
}
