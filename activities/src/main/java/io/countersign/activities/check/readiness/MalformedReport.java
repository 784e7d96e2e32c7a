package io.countersign.activities.check.readiness;

/** A report that is there and cannot be believed; the message is for people and quotes nothing. */
final class MalformedReport extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedReport(String message) {
    super(message);
  }
}
