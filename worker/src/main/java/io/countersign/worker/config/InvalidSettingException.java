package io.countersign.worker.config;

/** A setting is missing, unknown or not of its form. The message names it and never a secret. */
public final class InvalidSettingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidSettingException(String message) {
    super(message);
  }
}
