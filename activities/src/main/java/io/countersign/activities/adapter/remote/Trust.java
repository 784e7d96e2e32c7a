package io.countersign.activities.adapter.remote;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which addresses may be read, and what is said to each. */
@FunctionalInterface
interface Trust {
  /**
   * The headers of a request to this address. They hold secrets.
   *
   * @throws io.countersign.failure.GateException SOURCE_REFUSED when the gate policy does not name
   *     it
   */
  Map<String, String> headers(Address address);

  /**
   * Told that a server wants to know who asks (status 401).
   *
   * @param challenge as the server wrote it; null when it did not
   * @return whether {@link #headers} has a better answer now
   */
  default boolean challenged(Address address, @Nullable String challenge) {
    return false;
  }
}
