package io.countersign.activities.adapter.signing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.port.PublisherSignatures;
import io.countersign.activities.signoff.VerificationKey;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Signatures of suppliers as the common tools write them: in-toto statements in DSSE, and detached
 * ones.
 */
public final class SupplierSignatures implements PublisherSignatures {
  private static final Set<String> STATEMENTS =
      Set.of("https://in-toto.io/Statement/v1", "https://in-toto.io/Statement/v0.1");
  private static final Set<String> VOUCHING =
      Set.of(
          "https://slsa.dev/provenance/v1",
          "https://slsa.dev/provenance/v0.2",
          "https://in-toto.io/attestation/release/v0.1");

  /** Most bytes of a detached signature in base64. */
  private static final int DETACHED = 1024;

  @Override
  public Verdict statement(byte[] envelope, Digest digest, Collection<String> keys) {
    ObjectNode statement;
    try {
      DsseEnvelope read = DsseEnvelope.parse(envelope, LIMIT);
      boolean signed =
          read.signatures().stream()
              .anyMatch(
                  signature ->
                      verifiers(keys).stream()
                          .anyMatch(key -> key.verify(read.pae(), signature.sig())));
      if (!signed) {
        return Verdict.OTHER_KEY;
      }
      statement = StrictJson.object("statement", read.payload());
    } catch (GateException malformed) {
      return Verdict.UNREADABLE;
    }
    if (!STATEMENTS.contains(statement.path("_type").asText())
        || !statement.path("subject").isArray()) {
      return Verdict.UNREADABLE;
    }
    if (!VOUCHING.contains(statement.path("predicateType").asText())) {
      return Verdict.OTHER_CLAIM;
    }
    for (JsonNode subject : statement.path("subject")) {
      if (subject.path("digest").path("sha256").asText().equals(digest.hex())) {
        return Verdict.VOUCHES;
      }
    }
    return Verdict.OTHER_DIGEST;
  }

  @Override
  public Verdict signature(byte[] signature, Digest digest, Collection<String> keys) {
    if (signature.length == 0 || signature.length > DETACHED) {
      return Verdict.UNREADABLE;
    }
    byte[] decoded = decoded(signature);
    boolean signed =
        verifiers(keys).stream()
            .anyMatch(
                key ->
                    key.verifyArtefact(digest, signature) || key.verifyArtefact(digest, decoded));
    return signed ? Verdict.VOUCHES : Verdict.OTHER_KEY;
  }

  private static List<VerificationKey> verifiers(Collection<String> keys) {
    return keys.stream().map(Keys::publicKey).toList();
  }

  private static byte[] decoded(byte[] text) {
    try {
      return Base64.getDecoder().decode(new String(text, StandardCharsets.ISO_8859_1).strip());
    } catch (IllegalArgumentException raw) {
      return new byte[0];
    }
  }
}
