package io.countersign.activities.check.modelsigning;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.countersign.release.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Verifies signatures of OpenSSF Model Signing 1.0: a Sigstore bundle v0.3 with one DSSE envelope
 * of an in-toto statement of type {@value #PREDICATE} that lists every file of the model with its
 * SHA-256.
 *
 * <p>Not verified: keyless bundles (a Fulcio certificate and a Rekor entry, which need the network
 * or a trust root that changes), other digests than SHA-256, files in shards, links that were
 * followed, and signatures from before 1.0.
 */
public final class ModelSignature {
  static final String PREDICATE = "https://model_signing/signature/v1.0";

  private static final String MEDIA_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json";
  private static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";
  private static final String STATEMENT = "https://in-toto.io/Statement/v1";
  private static final int CHAIN = 8;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(16)
                          .maxNumberLength(32)
                          .maxTokenCount(2_000_000)
                          .build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private ModelSignature() {}

  /** What a bundle says, when somebody trusted has signed it. */
  public static SignedModel verify(byte[] bundle, TrustedSigners trusted, Instant now)
      throws NotVerified {
    JsonNode json = object(bundle);
    if (!json.path("mediaType").asText().equals(MEDIA_TYPE)) {
      throw malformed("is no Sigstore bundle v0.3");
    }
    JsonNode envelope = json.path("dsseEnvelope");
    JsonNode signatures = envelope.path("signatures");
    if (!envelope.path("payloadType").asText().equals(PAYLOAD_TYPE) || signatures.size() != 1) {
      throw malformed("has no envelope of an in-toto statement with one signature");
    }
    byte[] payload = base64(envelope.path("payload"));
    byte[] signature = base64(signatures.path(0).path("sig"));
    byte[] signed = preAuthentication(payload);
    JsonNode material = json.path("verificationMaterial");
    Signer signer =
        material.has("publicKey")
            ? SignatureProof.byKey(signed, signature, trusted)
            : SignatureProof.byCertificate(signed, signature, chain(material), trusted, now);
    return statement(object(payload), signer);
  }

  private static List<byte[]> chain(JsonNode material) throws NotVerified {
    JsonNode certificates = material.path("x509CertificateChain").path("certificates");
    if (!certificates.isArray() || certificates.isEmpty()) {
      throw new NotVerified(
          "signature-kind",
          "the bundle has neither a key nor a chain of certificates; keyless signatures are not verified here");
    }
    if (certificates.size() > CHAIN) {
      throw malformed("has a chain of more than " + CHAIN + " certificates");
    }
    List<byte[]> chain = new ArrayList<>();
    for (JsonNode certificate : certificates) {
      chain.add(base64(certificate.path("rawBytes")));
    }
    return chain;
  }

  /** DSSE 1.0.0, protocol.md: what is signed. */
  private static byte[] preAuthentication(byte[] payload) {
    byte[] head =
        ("DSSEv1 " + PAYLOAD_TYPE.length() + " " + PAYLOAD_TYPE + " " + payload.length + " ")
            .getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(head.length + payload.length).put(head).put(payload).array();
  }

  private static SignedModel statement(JsonNode statement, Signer signer) throws NotVerified {
    if (!statement.path("_type").asText().equals(STATEMENT)
        || !statement.path("predicateType").asText().equals(PREDICATE)
        || statement.path("subject").size() != 1) {
      throw new NotVerified(
          "signed-other-claim", "what is signed is no statement of type " + PREDICATE);
    }
    JsonNode how = statement.path("predicate").path("serialization");
    boolean plain =
        how.path("method").asText().equals("files")
            && how.path("hash_type").asText().equals("sha256")
            && how.path("allow_symlinks").isBoolean()
            && !how.path("allow_symlinks").booleanValue();
    if (!plain) {
      throw new NotVerified(
          "signature-kind", "the model is not signed file by file with SHA-256 and without links");
    }
    Map<String, Digest> files = files(statement.path("predicate").path("resources"));
    Digest root = digest(statement.path("subject").path(0).path("digest").path("sha256"));
    if (!SignedModel.root(files.values()).equals(root)) {
      throw malformed("has a root digest that is not that of its files");
    }
    List<String> ignored = new ArrayList<>();
    for (JsonNode path : how.path("ignore_paths")) {
      ignored.add(path.asText());
    }
    return new SignedModel(signer, root, files, ignored);
  }

  private static Map<String, Digest> files(JsonNode resources) throws NotVerified {
    Map<String, Digest> files = new LinkedHashMap<>();
    if (!resources.isArray() || resources.isEmpty()) {
      throw malformed("lists no file");
    }
    for (JsonNode resource : resources) {
      JsonNode name = resource.path("name");
      if (!name.isTextual() || !resource.path("algorithm").asText().equals("sha256")) {
        throw malformed("lists something else than files with their SHA-256");
      }
      if (files.put(name.textValue(), digest(resource.path("digest"))) != null) {
        throw malformed("lists a file twice");
      }
    }
    return files;
  }

  private static Digest digest(JsonNode hex) throws NotVerified {
    if (!hex.isTextual() || !hex.textValue().matches("[0-9a-f]{64}")) {
      throw malformed("has a digest that is none");
    }
    return new Digest(hex.textValue());
  }

  private static byte[] base64(JsonNode text) throws NotVerified {
    try {
      if (text.isTextual() && !text.textValue().isEmpty()) {
        return Base64.getDecoder().decode(text.textValue());
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw malformed("lacks a part, or one is not base64");
  }

  private static JsonNode object(byte[] utf8) throws NotVerified {
    try {
      JsonNode json =
          JSON.readTree(
              StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString());
      if (json != null && json.isObject()) {
        return json;
      }
    } catch (IOException e) {
      // Foreign parsers quote their input.
    }
    throw malformed("is no JSON object in UTF-8 with every name once");
  }

  private static NotVerified malformed(String what) {
    return new NotVerified("unreadable-signature", "the signature " + what);
  }
}
