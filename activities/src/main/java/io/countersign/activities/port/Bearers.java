package io.countersign.activities.port;

import java.util.Optional;

/**
 * Who brought something to the gate, as far as the transport knows: information beside the signer,
 * never authority, and nobody's word but the transport's. Answers {@code <type>:<name>}; empty
 * where nobody was authenticated or nobody knows. Never throws.
 */
public interface Bearers {
  /** The field of an entry's body. */
  String FIELD = "bearer";

  /** The caller who sent this sign-off or order to the release whose activity is running. */
  Optional<String> message(String envelope);

  /** The caller who started the release whose activity is running with this submission. */
  Optional<String> submission(String envelope);

  /** For transports that authenticate nobody. */
  static Bearers unknown() {
    return new Bearers() {
      @Override
      public Optional<String> message(String envelope) {
        return Optional.empty();
      }

      @Override
      public Optional<String> submission(String envelope) {
        return Optional.empty();
      }
    };
  }
}
