package io.countersign.activities.audit;

import io.countersign.activities.adapter.signing.DsseEnvelope;
import io.countersign.activities.adapter.signing.PolicyApproval;
import io.countersign.activities.release.Ledger;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.release.CanonicalJson;
import io.countersign.release.Digest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** People and policy owners with keys. */
final class Cast {
  private static final Map<String, String> RIGHTS =
      Map.of(
          "mara@example.com", "functions: [mlops]",
          "sven@example.com", "functions: [security]",
          "rita@example.com", "functions: [risk]",
          "otto@example.com", "orders: [rollback, suspend, restore]",
          "omar@example.com", "submit: true");
  private static final List<String> OWNERS = List.of("olga@example.com", "paul@example.com");

  private final Map<String, SigningKey> keys = new TreeMap<>();

  Cast() {
    RIGHTS.keySet().forEach(person -> keys.put(person, fresh()));
    OWNERS.forEach(person -> keys.put(person, fresh()));
  }

  static SigningKey fresh() {
    try {
      return SigningKey.of(KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  DsseEnvelope signed(byte[] statement, String person) {
    SigningKey key = keys.get(person);
    return DsseEnvelope.sign(statement, key == null ? fresh() : key);
  }

  /** Somebody gets a new key, and the files are not told. */
  void loses(String person) {
    keys.put(person, fresh());
  }

  /**
   * The approvers file.
   *
   * @param more {@code person: line} to say more of one person
   */
  String approvers(String more) {
    StringBuilder yaml =
        new StringBuilder("apiVersion: countersign.io/v1\nkind: Approvers\npeople:\n");
    new TreeMap<>(RIGHTS).forEach((person, rights) -> yaml.append(entry(person, rights, more)));
    return yaml.toString();
  }

  private String entry(String person, String rights, String more) {
    String entry = "  - id: " + person + "\n    " + rights + "\n" + publicKeys(person);
    if (more.startsWith(person + ": ")) {
      String line = more.substring(person.length() + 2);
      return line.startsWith("revokedAt")
          ? entry + "        " + line + "\n"
          : entry.replace("    keys:", "    " + line + "\n    keys:");
    }
    return entry;
  }

  private String publicKeys(String person) {
    byte[] encoded = keys.get(person).verificationKey().encoded();
    return "    keys:\n      - publicKey: |\n          -----BEGIN PUBLIC KEY-----\n          "
        + Base64.getEncoder().encodeToString(encoded)
        + "\n          -----END PUBLIC KEY-----\n";
  }

  /** The owners in the form of an approvers file. */
  byte[] ownersFile() {
    StringBuilder yaml =
        new StringBuilder("apiVersion: countersign.io/v1\nkind: Approvers\npeople:\n");
    OWNERS.forEach(
        person -> yaml.append("  - id: ").append(person).append('\n').append(publicKeys(person)));
    return yaml.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Signatures of both owners over a file. */
  byte[] sign(String name, byte[] bytes, Instant at) {
    StringBuilder lines = new StringBuilder();
    for (String owner : OWNERS) {
      String statement =
          """
          {"_type": "https://in-toto.io/Statement/v1", "predicateType": "%s",
           "subject": [{"name": "%s", "digest": {"sha256": "%s"}}],
           "predicate": {"person": "%s", "issuedAt": "%s"}}
          """
              .formatted(
                  PolicyApproval.PREDICATE_TYPE,
                  name,
                  Digest.of(bytes).hex(),
                  owner,
                  at.truncatedTo(ChronoUnit.SECONDS));
      lines
          .append(
              new String(
                  signed(CanonicalJson.bytes(Ledger.tree(statement)), owner).write(),
                  StandardCharsets.UTF_8))
          .append('\n');
    }
    return lines.toString().getBytes(StandardCharsets.UTF_8);
  }
}
