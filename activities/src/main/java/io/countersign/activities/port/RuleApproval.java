package io.countersign.activities.port;

import java.time.Instant;

/** Whether the policy owners whom an auditor knows put a rule file in force. */
@FunctionalInterface
public interface RuleApproval {
  /**
   * Requires that enough different owners signed exactly these bytes.
   *
   * @param signatures an envelope a line
   * @param at when the file was used
   * @throws io.countersign.failure.GateException BAD_SIGNATURE when too few did
   */
  void require(byte[] file, byte[] signatures, Instant at);
}
