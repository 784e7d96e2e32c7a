package io.countersign.worker.cli;

import io.countersign.failure.FailureType;
import io.countersign.release.GateState;
import org.jspecify.annotations.Nullable;

/** What the process tells its caller. The one place that maps failures and states to numbers. */
public enum ExitCode {
  /** Done, or the release is live. */
  DONE(0),
  /** Wrong usage, a wrong setting or an invalid file. */
  USAGE(2),
  /** People said no. */
  REJECTED(3),
  /** A check failed. */
  CHECK_FAILED(4),
  /** Nobody answered in time. */
  EXPIRED(5),
  /** Something that is needed does not answer. */
  UNREACHABLE(6),
  /** Refused; the reason's catalogue name is on standard error. */
  REFUSED(7),
  /** Evidence does not verify. */
  EVIDENCE(8);

  private final int number;

  ExitCode(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /** For a command that failed. */
  public static ExitCode of(FailureType type) {
    return switch (type) {
      case INVALID_MANIFEST, INVALID_GATE_POLICY, INVALID_APPROVERS, INVALID_TRUST -> USAGE;
      case DIGEST_MISMATCH, CHECK_FAILED -> CHECK_FAILED;
      case TEMPORAL_UNAVAILABLE,
          VAULT_UNAVAILABLE,
          VAULT_DENIED,
          DATABASE_UNAVAILABLE,
          SOURCE_UNAVAILABLE,
          WORKER_UNAVAILABLE ->
          UNREACHABLE;
      default -> REFUSED;
    };
  }

  /** For a release that a command waited for and that ended. */
  public static ExitCode ofEnd(GateState end, @Nullable FailureType reason) {
    return switch (end) {
      case REJECTED -> reason == FailureType.CHECK_FAILED ? CHECK_FAILED : REJECTED;
      case WITHDRAWN, ROLLED_BACK -> REJECTED;
      case EXPIRED -> EXPIRED;
      case FAILED -> reason == null ? REFUSED : of(reason);
      case RETIRED -> DONE;
      default -> throw new IllegalArgumentException(end + " is not an end");
    };
  }
}
