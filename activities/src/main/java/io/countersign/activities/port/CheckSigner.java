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

  /** The keys whose signatures count, earlier versions included. */
  Collection<VerificationKey> workers();
}
