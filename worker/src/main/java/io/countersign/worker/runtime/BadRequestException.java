package io.countersign.worker.runtime;

import java.util.Objects;

/** A request that is none of this interface's. Its message is for the caller and quotes nothing. */
final class BadRequestException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  BadRequestException(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  BadRequestException(String message) {
    this(400, message);
  }

  int status() {
    return status;
  }

  String sentence() {
    return Objects.requireNonNull(getMessage());
  }
}
