package io.countersign.activities.adapter.signing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.countersign.activities.port.KeyDirectory;
import io.countersign.activities.signoff.KeyAlgorithm;
import io.countersign.activities.signoff.OrderPredicate;
import io.countersign.activities.signoff.SignOffPredicate;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.policy.GateFunction;
import io.countersign.release.CanonicalJson;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Statements and keys for tests; every key is made when it is needed and thrown away. */
final class Fixtures {
  static final String ANA = "ana@example.com";
  static final ReleaseId RELEASE = ReleaseId.parse("production/fraud-scorer/2026.11.3");
  static final JsonNode MANIFEST =
      JsonNodeFactory.instance.objectNode().put("kind", "Release").put("tokenTtl", "15m");
  static final Digest RELEASE_DIGEST = CanonicalJson.digest(MANIFEST);
  static final Digest REVIEW_DIGEST = Digest.of("review".getBytes(StandardCharsets.UTF_8));
  static final Instant ISSUED = Instant.parse("2026-11-23T05:00:00Z");
  static final Instant EXPIRES = ISSUED.plusSeconds(3_600);
  static final String NONCE = "000102030405060708090a0b0c0d0e0f";

  private Fixtures() {}

  static SigningKey key(KeyAlgorithm algorithm) {
    try {
      if (algorithm == KeyAlgorithm.ED25519) {
        return SigningKey.of(
            KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate());
      }
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return SigningKey.of(generator.generateKeyPair().getPrivate());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static SignOffPredicate approval() {
    return new SignOffPredicate(
        GateFunction.SECURITY,
        SignOffDecision.APPROVE,
        null,
        "Reviewed the scan.\nNothing open.",
        ANA,
        RELEASE,
        RELEASE_DIGEST,
        REVIEW_DIGEST,
        ISSUED,
        EXPIRES,
        NONCE);
  }

  static OrderPredicate rollback() {
    return new OrderPredicate(
        OrderKind.ROLLBACK, "error rate", ANA, RELEASE, RELEASE_DIGEST, ISSUED, EXPIRES, NONCE);
  }

  static KeyDirectory people(String person, SigningKey... keys) {
    Map<String, List<SigningKey>> people = Map.of(person, List.of(keys));
    return name ->
        people.getOrDefault(name, List.of()).stream().map(SigningKey::verificationKey).toList();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
