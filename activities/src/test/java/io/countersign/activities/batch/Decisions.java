package io.countersign.activities.batch;

import io.countersign.activities.adapter.signing.NodeEnvelopes;
import io.countersign.activities.port.DecisionLedger.Decided;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.List;

/** Decisions of a node, and a key to sign them with. */
public final class Decisions {
  public static final Instant AT = Instant.parse("2026-11-23T10:00:00Z");
  static final ReleaseId RELEASE = ReleaseId.parse("production/fraud-scorer/1.0");
  static final Digest DIGEST = digest("release");
  static final Digest POLICY = digest("policy");

  private Decisions() {}

  public static Decided allowed(ReleaseId release, Digest digest, Digest policy) {
    return allowed(AT, release, digest, policy);
  }

  public static Decided allowed(Instant at, ReleaseId release, Digest digest, Digest policy) {
    return new Decided(
        at,
        true,
        "ALLOWED",
        release,
        digest,
        policy,
        "refund.lookup",
        "read",
        List.of("pii"),
        List.of("allow-lookup"),
        3);
  }

  static Decided allowed() {
    return allowed(RELEASE, DIGEST, POLICY);
  }

  public static Decided denied(ReleaseId release, Digest digest, String tool) {
    return new Decided(
        AT,
        false,
        "TOOL_NOT_APPROVED",
        release,
        digest,
        null,
        tool,
        "write",
        List.of(),
        List.of(),
        3);
  }

  static Decided denied(String tool) {
    return denied(RELEASE, DIGEST, tool);
  }

  public static SigningKey key() {
    try {
      return SigningKey.of(KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static NodeEnvelopes signer() {
    return new NodeEnvelopes(key());
  }

  static Digest digest(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8));
  }
}
