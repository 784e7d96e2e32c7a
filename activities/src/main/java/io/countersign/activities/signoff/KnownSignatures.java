package io.countersign.activities.signoff;

import io.countersign.release.Digest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Signatures that this process has verified. Whether a signature is good depends on the bytes of
 * key, message and signature alone, so what was good once is good again; a release's statements are
 * verified at each of its decisions, and verifying is most of what a decision costs. Only good ones
 * are kept, under a SHA-256 over all three: whoever sends bad ones pushes nothing out. Says nothing
 * about who may sign what, or when.
 */
final class KnownSignatures {
  private final Map<Digest, Boolean> good;

  /**
   * @param limit signatures kept at most; the one that was asked for longest ago goes first
   */
  KnownSignatures(int limit) {
    this.good =
        Collections.synchronizedMap(
            new LinkedHashMap<>(16, 0.75f, true) {
              private static final long serialVersionUID = 1L;

              @Override
              protected boolean removeEldestEntry(Map.Entry<Digest, Boolean> eldest) {
                return size() > limit;
              }
            });
  }

  boolean has(Digest name) {
    return good.get(name) != null;
  }

  void add(Digest name) {
    good.put(name, true);
  }

  /** Names the three together; the lengths keep one from running into the other. */
  static Digest name(String keyId, byte[] message, byte[] signature) {
    MessageDigest sha256 = Digest.sha256();
    for (byte[] part : new byte[][] {keyId.getBytes(StandardCharsets.UTF_8), signature, message}) {
      sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
      sha256.update(part);
    }
    return Digest.of(sha256);
  }
}
