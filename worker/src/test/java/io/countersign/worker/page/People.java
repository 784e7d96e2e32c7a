package io.countersign.worker.page;

import io.countersign.activities.signoff.SigningKey;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** People with keys that are the same in every run, so that what they sign is, too. */
final class People {
  private static final byte[] ED25519 = HexFormat.of().parseHex("302e020100300506032b657004220420");

  private final Map<String, SigningKey> keys = new TreeMap<>();

  People(List<String> people) {
    people.forEach(person -> keys.put(person, key(keys.size() + 1)));
  }

  SigningKey key(String person) {
    SigningKey key = keys.get(person);
    if (key == null) {
      throw new IllegalArgumentException(person);
    }
    return key;
  }

  String keyId(String person) {
    return key(person).verificationKey().keyId();
  }

  /** An approvers file with these people; everybody may do everything. */
  String approvers() {
    StringBuilder yaml = new StringBuilder("apiVersion: countersign.io/v1\nkind: Approvers\n");
    yaml.append("people:\n");
    keys.forEach(
        (person, key) ->
            yaml.append("  - id: ")
                .append(person)
                .append("\n    functions: [mlops, security, risk]\n    orders: [rollback]\n")
                .append("    submit: true\n    keys:\n      - publicKey: |\n")
                .append("          -----BEGIN PUBLIC KEY-----\n          ")
                .append(Base64.getEncoder().encodeToString(key.verificationKey().encoded()))
                .append("\n          -----END PUBLIC KEY-----\n"));
    return yaml.toString();
  }

  /** From a fixed seed: these keys sign nothing but what a test reads. */
  private static SigningKey key(int number) {
    byte[] encoded =
        ByteBuffer.allocate(ED25519.length + 32).put(ED25519).put(47, (byte) number).array();
    try {
      return SigningKey.of(
          KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
