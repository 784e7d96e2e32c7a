package io.countersign.activities.port;

import io.countersign.record.JsonDocument;

/** Signs the gate's own statements. */
@FunctionalInterface
public interface GateSigner {
  /**
   * The statement in a DSSE envelope, as JSON on one line, signed with the newest version of the
   * gate's key; {@code keyid} names the version. The predicate was held against its schema and the
   * signature verified.
   *
   * @param statement an in-toto Statement v1
   */
  String sign(JsonDocument statement);
}
