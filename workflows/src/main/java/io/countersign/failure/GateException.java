package io.countersign.failure;

/**
 * A failure of the catalogue, before it becomes a Temporal failure. The detail is shown to people
 * and kept in histories: it must never hold a secret value, a response body or a foreign
 * exception's message.
 */
public class GateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final FailureType type;

  public GateException(FailureType type, String detail) {
    super(type.name() + ": " + detail);
    this.type = type;
  }

  /** For the worker's own log; the cause never crosses into Temporal. */
  public GateException(FailureType type, String detail, Throwable cause) {
    super(type.name() + ": " + detail, cause);
    this.type = type;
  }

  public FailureType type() {
    return type;
  }
}
