package io.countersign.activities.port;

import io.countersign.activities.signoff.RequestPredicate;

/** Reads signed requests: form and signature are proved, nothing else. */
@FunctionalInterface
public interface SignedRequests {
  /**
   * A request that a key of the person it names has signed; OVERSIZED, UNREADABLE, UNKNOWN_PERSON,
   * UNKNOWN_KEY or BAD_SIGNATURE.
   */
  Signed request(byte[] envelope, KeyDirectory people);

  /**
   * @param keyId the key that verified
   */
  record Signed(RequestPredicate said, String keyId) {}
}
