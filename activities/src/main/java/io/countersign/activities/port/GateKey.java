package io.countersign.activities.port;

import java.security.PublicKey;
import java.util.Collection;
import java.util.List;

/**
 * The gate's key as it was when it was read.
 *
 * @param signer signs with the newest version
 * @param publicKeys of all versions
 */
public record GateKey(StatementSigner signer, Collection<PublicKey> publicKeys) {
  public GateKey {
    publicKeys = List.copyOf(publicKeys);
  }
}
