package io.countersign.activities.port;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import java.util.Optional;

/** Evidence documents by what they are: gate and approvers files, reports, policies. */
public interface Documents {
  /**
   * Largest document in bytes: twice encoded in base64 it stays a line that every JSON reader and
   * Vault take.
   */
  int MAX_SIZE = 8 * 1024 * 1024;

  /**
   * Archives a document; again is nothing. Bytes that do not have this digest are {@code
   * DIGEST_MISMATCH}, more than {@link #MAX_SIZE} are {@code OVERSIZED}.
   */
  void putDocument(Digest digest, byte[] content);

  /**
   * The bytes, digested again on the way out; a stored document that changed is {@code
   * DIGEST_MISMATCH}.
   */
  Optional<byte[]> document(Digest digest);

  /** What {@link #putDocument} refuses, wherever documents are kept. */
  static void requireAdmissible(Digest digest, byte[] content) {
    if (content.length > MAX_SIZE) {
      throw new GateException(
          FailureType.OVERSIZED, "a document of " + content.length + " bytes, allowed " + MAX_SIZE);
    }
    if (!Digest.of(content).equals(digest)) {
      throw new GateException(FailureType.DIGEST_MISMATCH, "the document is not " + digest);
    }
  }
}
