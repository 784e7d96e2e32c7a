package io.countersign.activities.port;

import java.util.Optional;

/**
 * Who brought a message to the gate, as far as the transport knows: information beside the signer,
 * never authority, and nobody's word but the transport's.
 */
@FunctionalInterface
public interface Bearers {
  /**
   * The authenticated caller who sent this envelope to the release whose activity is running, as
   * {@code <type>:<name>}; empty where nobody was authenticated or nobody knows. Never throws.
   */
  Optional<String> bearer(String envelope);

  /** For transports that authenticate nobody. */
  static Bearers unknown() {
    return envelope -> Optional.empty();
  }
}
