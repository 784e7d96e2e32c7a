package io.countersign.worker.api;

import io.countersign.failure.FailureType;

/** Which status of RFC 9110 stands for a failure; the body has its name. */
final class StatusCode {
  private StatusCode() {}

  static int of(FailureType type) {
    return switch (type) {
      case UNREADABLE, WRONG_REQUEST -> 400;
      case BAD_SIGNATURE,
          UNKNOWN_KEY,
          UNKNOWN_PERSON,
          KEY_REVOKED,
          KEY_NOT_VALID,
          PERSON_NOT_VALID,
          EXPIRED,
          NOT_YET_VALID,
          REPLAYED ->
          401;
      case NOT_ALLOWED -> 403;
      case UNKNOWN_RELEASE -> 404;
      case NOT_NOW -> 429;
      case OVERSIZED -> 431;
      case INTERNAL -> 500;
      default -> type.retryable() ? 503 : 409;
    };
  }
}
