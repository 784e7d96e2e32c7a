package io.countersign.activities.port;

import io.countersign.activities.signoff.VerificationKey;
import java.util.List;

/**
 * The public keys that each person ever had, revoked ones too: a signature by one of them is
 * recorded with the reason for which it does not count.
 */
@FunctionalInterface
public interface KeyDirectory {
  /** The keys of this person; empty for one who is not listed. */
  List<VerificationKey> keysOf(String person);
}
