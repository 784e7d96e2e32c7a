package io.countersign.activities.adapter.vault;

import io.countersign.activities.port.SecretText;
import java.nio.file.Path;

/** How the gate proves to Vault who it is. */
public sealed interface VaultIdentity {

  /**
   * Logs in with a JWT of the platform. The file is read again at every login, as platforms rotate
   * it.
   *
   * @param mount path of the JWT auth mount without {@code auth/}
   */
  record JwtFile(Path file, String mount, String role) implements VaultIdentity {}

  /**
   * A token in a file, read again when it is denied. For development: a static token has no place
   * in production.
   */
  record TokenFile(Path file) implements VaultIdentity {}

  /** A token that the caller holds, for example an administrator's during onboarding. */
  record HeldToken(SecretText token) implements VaultIdentity {}
}
