package io.countersign.activities.port;

import io.countersign.policy.GatePolicy;
import java.util.Map;

/** The organisation's own runtime policies, which only forbid. */
@FunctionalInterface
public interface GuardRails {
  /**
   * Bytes by name, empty where the rules name none. INVALID_GATE_POLICY when one that is named
   * cannot be read or has other bytes than the rules say.
   */
  Map<String, byte[]> under(GatePolicy policy);
}
