package io.countersign.worker.codec;

import io.countersign.activities.port.KeyUnwrapping;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Data keys that were unwrapped, the last ones used. What has not the form of a wrapped key is not
 * asked for; what nobody wrapped is remembered as well, so that the same junk costs one question.
 */
final class OpenedKeys {
  private static final int MOST = 4096;
  private static final int KEY_BYTES = 32;

  /** RSA of 3072 to 8192 bits. */
  private static final Pattern WRAPPED =
      Pattern.compile("vault:v[1-9][0-9]{0,5}:[A-Za-z0-9+/]{510,1366}={0,2}");

  private final KeyUnwrapping unwrapping;
  private final Map<String, Optional<SecretKey>> known =
      new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Optional<SecretKey>> eldest) {
          return size() > MOST;
        }
      };

  OpenedKeys(KeyUnwrapping unwrapping) {
    this.unwrapping = unwrapping;
  }

  /** Remembers a key of one's own. */
  void put(String wrapped, SecretKey key) {
    synchronized (known) {
      known.put(wrapped, Optional.of(key));
    }
  }

  /** The key; empty when this is none. */
  Optional<SecretKey> open(String wrapped) {
    if (!WRAPPED.matcher(wrapped).matches()) {
      return Optional.empty();
    }
    Optional<SecretKey> key = get(wrapped);
    if (key == null) {
      key =
          unwrapping
              .unwrap(wrapped)
              .filter(raw -> raw.length == KEY_BYTES)
              .map(raw -> new SecretKeySpec(raw, "AES"));
      synchronized (known) {
        known.put(wrapped, key);
      }
    }
    return key;
  }

  private @Nullable Optional<SecretKey> get(String wrapped) {
    synchronized (known) {
      return known.get(wrapped);
    }
  }
}
