package io.countersign.activities.adapter.vault;

import io.countersign.activities.port.SecretText;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.github.jopenlibs.vault.Vault;
import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.response.AuthResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The token of one identity, in memory only. Renewed by logging in again shortly before its end or
 * when it is denied.
 */
final class VaultSession {
  private final VaultDriver driver;
  private final VaultIdentity identity;
  private final Clock clock;

  private @Nullable Held held;

  VaultSession(VaultDriver driver, VaultIdentity identity, Clock clock) {
    this.driver = driver;
    this.identity = identity;
    this.clock = clock;
  }

  /** A driver that carries a token which should be good now. */
  synchronized Vault vault() {
    if (held == null || (held.renewAt() != null && !clock.instant().isBefore(held.renewAt()))) {
      held = logIn();
    }
    return held.vault();
  }

  /**
   * Forgets the token that was denied, unless somebody already did.
   *
   * @return whether another login can help
   */
  synchronized boolean denied(Vault vault) {
    if (identity instanceof VaultIdentity.HeldToken) {
      return false;
    }
    if (held != null && held.vault() == vault) {
      held = null;
    }
    return true;
  }

  private Held logIn() {
    if (identity instanceof VaultIdentity.JwtFile jwt) {
      return logIn(jwt);
    }
    if (identity instanceof VaultIdentity.TokenFile token) {
      return new Held(driver.with(read(token.file())), null);
    }
    return new Held(driver.with(((VaultIdentity.HeldToken) identity).token()), null);
  }

  private Held logIn(VaultIdentity.JwtFile jwt) {
    SecretText proof = read(jwt.file());
    try {
      AuthResponse answer =
          driver.anonymous().auth().loginByJwt(jwt.mount(), jwt.role(), proof.reveal());
      String token = answer.getAuthClientToken();
      if (token == null) {
        throw new GateException(FailureType.VAULT_UNAVAILABLE, "the login's answer holds no token");
      }
      Duration life = Duration.ofSeconds(answer.getAuthLeaseDuration());
      Instant renewAt =
          life.isZero() ? null : clock.instant().plus(life.multipliedBy(4).dividedBy(5));
      return new Held(driver.with(SecretText.of(token)), renewAt);
    } catch (VaultException e) {
      int status = e.getHttpStatusCode();
      if (status >= 400 && status < 500 && status != 429 && status != 412) {
        throw new GateException(
            FailureType.VAULT_DENIED,
            "login of the gate as role " + jwt.role() + " answered " + status);
      }
      throw VaultDriver.unavailable("login of the gate", e);
    }
  }

  private static SecretText read(Path file) {
    try {
      return SecretText.of(Files.readString(file));
    } catch (IOException | IllegalArgumentException e) {
      throw new GateException(
          FailureType.VAULT_DENIED, "the gate's own proof of identity cannot be read: " + file, e);
    }
  }

  private record Held(Vault vault, @Nullable Instant renewAt) {}
}
