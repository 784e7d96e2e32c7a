package io.countersign.worker.cli;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.gate.GateView;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.worker.gateway.Gateway;
import io.countersign.worker.gateway.ReleaseSummary;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Follows a release by what its gate shows, which needs no worker. */
final class Waiting {
  private static final Duration BETWEEN = Duration.ofMillis(250);

  private final Gateway gateway;
  private final Clock clock;

  Waiting(Gateway gateway, Clock clock) {
    this.gateway = gateway;
    this.clock = clock;
  }

  /**
   * How a wait ended.
   *
   * @param state null when nobody waited
   * @param trouble for standard error; null when all is well
   */
  record Outcome(
      @Nullable GateState state,
      @Nullable FailureType reasonType,
      @Nullable String reason,
      ExitCode exit,
      @Nullable String trouble) {
    static Outcome none() {
      return new Outcome(null, null, null, ExitCode.DONE, null);
    }

    /** Says what is wrong, if anything is, and answers the exit code. */
    int tell(PrintWriter err) {
      if (trouble != null) {
        err.println(Shown.line(trouble));
      }
      return exit.number();
    }
  }

  /** Waits for a state, an end or the clock; tells each turn. */
  Outcome await(
      ReleaseId release, GateState target, Duration timeout, Consumer<ReleaseSummary> tell) {
    Instant limit = clock.instant().plus(timeout);
    String told = "";
    while (true) {
      ReleaseSummary now = gateway.describe(release);
      String line = line(now);
      if (!line.equals(told)) {
        tell.accept(now);
        told = line;
      }
      GateState state = now.state();
      if (state != null && reached(state, target)) {
        return new Outcome(state, null, null, ExitCode.DONE, null);
      }
      if (now.interrupted()) {
        return new Outcome(
            state,
            FailureType.INTERNAL,
            null,
            ExitCode.REFUSED,
            FailureType.INTERNAL + ": the workflow of " + release + " was ended from outside");
      }
      if (state != null && state.ended()) {
        return ended(release, state);
      }
      if (!clock.instant().isBefore(limit)) {
        return new Outcome(
            state,
            FailureType.EXPIRED,
            null,
            ExitCode.EXPIRED,
            "EXPIRED: " + release + " is " + state + " and goes on; waited long enough");
      }
      pause();
    }
  }

  /** One line that changes whenever something worth telling does. */
  static String line(ReleaseSummary now) {
    return now.release()
        + " is "
        + (now.state() == null ? "not shown yet" : now.state())
        + (now.awaiting().isEmpty() ? "" : ", awaiting " + String.join(", ", now.awaiting()));
  }

  private static boolean reached(GateState state, GateState target) {
    return state == target
        || (target.beforeLive() && !state.ended() && state.ordinal() > target.ordinal());
  }

  private Outcome ended(ReleaseId release, GateState state) {
    FailureType type = null;
    String reason = null;
    try {
      GateView view = gateway.view(release);
      type = view.reasonType();
      reason = view.reason();
    } catch (GateException noWorker) {
      reason = "its reason is not readable without a worker";
    }
    ExitCode exit = ExitCode.ofEnd(state, type);
    String name = type == null ? state.name() : type.name();
    return new Outcome(
        state,
        type,
        reason,
        exit,
        exit == ExitCode.DONE
            ? null
            : name
                + ": "
                + release
                + " is "
                + state
                + ": "
                + Objects.requireNonNullElse(reason, ""));
  }

  static void pause() {
    try {
      TimeUnit.NANOSECONDS.sleep(BETWEEN.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GateException(FailureType.TEMPORAL_UNAVAILABLE, "interrupted while waiting", e);
    }
  }
}
