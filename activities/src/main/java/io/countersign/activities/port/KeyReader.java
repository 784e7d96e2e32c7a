package io.countersign.activities.port;

import io.countersign.policy.Approvers;

/** Makes verification keys of the texts in an approvers file. */
@FunctionalInterface
public interface KeyReader {
  /** Every key that is listed, revoked ones too; INVALID_APPROVERS when one cannot be read. */
  KeyDirectory of(Approvers approvers);
}
