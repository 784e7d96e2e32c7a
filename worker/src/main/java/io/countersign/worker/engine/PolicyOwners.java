package io.countersign.worker.engine;

import io.countersign.activities.adapter.signing.KeyFiles;
import io.countersign.activities.adapter.signing.Keys;
import io.countersign.activities.adapter.signing.PolicyApproval;
import io.countersign.activities.signoff.KeyAlgorithm;
import io.countersign.worker.config.PolicyApprovals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/**
 * The two policy owners of the example on this machine, and their signatures over its rule files:
 * the same four eyes as in production, with keys that are good for nothing else.
 */
final class PolicyOwners {
  private static final List<String> PEOPLE = List.of("ines@example.com", "paul@example.com");
  private static final List<String> FILES = List.of("gate.yaml", "approvers.yaml");

  private PolicyOwners() {}

  /** The file that names them, below the example's directory. */
  static Path file(Path example) {
    return example.resolve("policy-owners.yaml");
  }

  /** Makes the owners where there are none, and has both sign both rule files as they are. */
  static void endorse(Path example) throws IOException {
    if (!Files.exists(file(example))) {
      make(example);
    }
    PolicyApproval approval = PolicyApprovals.by(file(example), Clock.systemUTC());
    for (String name : FILES) {
      Path rules = example.resolve(name);
      for (String person : PEOPLE) {
        approval.sign(
            rules,
            Files.readAllBytes(rules),
            person,
            KeyFiles.readPrivate(key(example, person), Keys.Passphrase::unavailable));
      }
    }
  }

  private static void make(Path example) throws IOException {
    StringBuilder yaml =
        new StringBuilder("apiVersion: countersign.io/v1\nkind: Approvers\npeople:\n");
    for (String person : PEOPLE) {
      Path secret = key(example, person);
      Path open = secret.resolveSibling(secret.getFileName() + ".pub");
      KeyFiles.generate(KeyAlgorithm.ED25519, secret, open);
      yaml.append("  - id: ").append(person).append("\n    keys:\n      - publicKey: |\n");
      yaml.append(Files.readString(open).indent(10));
    }
    Files.writeString(file(example), yaml);
  }

  private static Path key(Path example, String person) {
    return example.resolve("keys").resolve(person.substring(0, person.indexOf('@')) + ".key");
  }
}
