package io.countersign.failure;

import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Makes Temporal failures of the catalogue and reads them back. A failure's message is kept in
 * histories for good, so only the catalogue's own words and a {@link GateException}'s detail get
 * into it (I6).
 */
public final class GateFailures {
  private GateFailures() {}

  /** A failure of this type; retryable as the catalogue says. */
  public static ApplicationFailure of(FailureType type, String detail) {
    return builder(type, detail).build();
  }

  /** A retryable failure that asks for its own delay. */
  public static ApplicationFailure retryAfter(FailureType type, String detail, Duration delay) {
    return builder(type, detail).setNonRetryable(false).setNextRetryDelay(delay).build();
  }

  /** A failure that ends the retries although its type is retryable. */
  public static ApplicationFailure lasting(FailureType type, String detail) {
    return builder(type, detail).setNonRetryable(true).build();
  }

  /**
   * Anything that an activity threw, without the message or cause of what is not of the catalogue.
   */
  public static ApplicationFailure of(Throwable thrown) {
    if (thrown instanceof ApplicationFailure already) {
      return already;
    }
    if (thrown instanceof GateException known) {
      String message = known.getMessage();
      return of(
          known.type(), message == null ? "" : message.substring(known.type().name().length() + 2));
    }
    return of(FailureType.INTERNAL, thrown.getClass().getSimpleName());
  }

  /**
   * The type behind an activity's failure; INTERNAL when it is none of ours, for example a timeout.
   */
  public static FailureType typeOf(@Nullable Throwable thrown) {
    Throwable cause = thrown instanceof ActivityFailure ? thrown.getCause() : thrown;
    if (cause instanceof ApplicationFailure failure) {
      for (FailureType type : FailureType.values()) {
        if (type.name().equals(failure.getType())) {
          return type;
        }
      }
    }
    return FailureType.INTERNAL;
  }

  /** The detail behind an activity's failure, for people. */
  public static String detailOf(@Nullable Throwable thrown) {
    Throwable cause = thrown instanceof ActivityFailure ? thrown.getCause() : thrown;
    if (cause instanceof ApplicationFailure failure) {
      return String.valueOf(failure.getOriginalMessage());
    }
    return cause == null ? "" : cause.getClass().getSimpleName();
  }

  private static ApplicationFailure.Builder builder(FailureType type, String detail) {
    return ApplicationFailure.newBuilder()
        .setType(type.name())
        .setMessage(detail)
        .setNonRetryable(!type.retryable());
  }
}
