package io.countersign.worker.cli;

import io.countersign.activities.adapter.signing.KeyFiles;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.policy.Approvers.Person;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whose key signs. */
final class SignerOptions {
  @Option(
      names = "--key",
      paramLabel = "FILE",
      description = "Private key: PEM PKCS#8, or an OpenSSH Ed25519 key.")
  private @Nullable Path key;

  @Option(
      names = {"--as", "--person"},
      paramLabel = "PERSON",
      description =
          "Whose key it is; else COUNTERSIGN_PERSON, else the one who has it in the approvers file.")
  private @Nullable String person;

  @Option(
      names = "--approvers",
      paramLabel = "FILE",
      description = "The approvers file; else countersign.approvers-file.")
  private @Nullable Path approvers;

  /** A person and the key in hand. */
  record Signer(String person, SigningKey key) {}

  boolean keyGiven() {
    return key != null;
  }

  Signer signer(Surroundings surroundings) {
    if (key == null) {
      throw new IllegalArgumentException("--key is missing: allowed is a private key file");
    }
    SigningKey read = KeyFiles.readPrivate(key, surroundings.passphrase());
    return new Signer(person(surroundings, read), read);
  }

  private String person(Surroundings surroundings, SigningKey read) {
    if (person != null) {
      return person;
    }
    Optional<String> set = surroundings.settings().person();
    if (set.isPresent()) {
      return set.get();
    }
    Optional<Path> file =
        approvers == null ? surroundings.settings().givenApproversFile() : Optional.of(approvers);
    if (file.isEmpty()) {
      throw new IllegalArgumentException(
          "--as is missing: allowed is the id of the person in approvers.yaml, there or in"
              + " COUNTERSIGN_PERSON; or give --approvers");
    }
    return Surroundings.reader()
        .approvers(file.get())
        .approvers()
        .personOfKey(read.verificationKey().keyId())
        .map(Person::id)
        .orElseThrow(
            () -> new IllegalArgumentException(file.get() + ": nobody in it has this key"));
  }
}
