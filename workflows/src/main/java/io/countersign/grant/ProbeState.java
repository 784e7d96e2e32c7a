package io.countersign.grant;

/** Whether the workload has proved its identity by logging in to the probe. */
public enum ProbeState {
  NOT_SEEN,
  SEEN
}
