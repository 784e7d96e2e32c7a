package io.countersign.activities.port;

import io.countersign.failure.FailureType;
import java.util.Optional;

/** Opens data keys that somebody has wrapped to the gate's payload key. */
@FunctionalInterface
public interface KeyUnwrapping {
  /**
   * The data key; empty when this is no key that was wrapped to the payload key, in whatever
   * version. The answer for a wrapped key never changes, unless a version of the payload key is
   * given up.
   *
   * @param wrapped {@code vault:v<version>:<base64>}
   * @throws io.countersign.failure.GateException {@link FailureType#VAULT_UNAVAILABLE} or {@link
   *     FailureType#VAULT_DENIED} when it cannot be told now
   */
  Optional<byte[]> unwrap(String wrapped);
}
