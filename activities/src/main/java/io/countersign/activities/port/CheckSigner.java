package io.countersign.activities.port;

import io.countersign.activities.signoff.CheckStatement;
import io.countersign.activities.signoff.VerificationKey;
import java.util.Collection;

/** Signs check results in the worker's name, and names the keys that speak for workers. */
public interface CheckSigner {
  /** The worker's name in statements. */
  String worker();

  /** The statement in a signed DSSE envelope, as JSON. */
  byte[] sign(CheckStatement statement);

  /** The keys whose signatures count, earlier versions included, as they were read last. */
  Collection<VerificationKey> workers();

  /** The same, read anew: a signature by none of them may be by a key that was rotated since. */
  Collection<VerificationKey> workersNow();
}
