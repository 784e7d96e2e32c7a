package io.countersign.activities.port;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.policy.Approvers;
import io.countersign.policy.GatePolicy;
import io.countersign.release.Manifest;

/**
 * Reads documents that arrive as bytes or JSON rather than from a file of the worker. Every one is
 * validated again: that somebody else validated it is never taken on trust.
 */
public interface DocumentParser {
  /** The manifest of a submission; INVALID_MANIFEST names every problem. */
  Manifest manifest(JsonNode json);

  /** An archived gate policy; INVALID_GATE_POLICY names every problem. */
  GatePolicy gatePolicy(byte[] bytes);

  /** An archived approvers file; INVALID_APPROVERS names every problem. */
  Approvers approvers(byte[] bytes);
}
