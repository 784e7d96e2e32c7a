package io.countersign.gate;

import com.google.protobuf.ByteString;
import io.countersign.activity.CheckVerdict;
import io.countersign.activity.ExternalCheck;
import io.countersign.activity.ExternalCheckActivities.Admission;
import io.countersign.activity.ExternalCheckActivities.Preparation;
import io.countersign.activity.ExternalCheckActivities.Prepared;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateFailures;
import io.temporal.api.common.v1.Payload;
import io.temporal.common.converter.RawValue;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TimeoutFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.Promise;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A check that somebody else's worker runs: what it is asked comes from the gate's activity, and
 * what it answers goes to the gate's activity. Nothing that it sends is read here, and nothing that
 * it says of its own failure is passed on.
 */
final class OutsideCheck {
  /** Most bytes of an answer; it stands in the history twice. */
  static final int LIMIT = 128 * 1024;

  private static final String JSON = "json/plain";

  private OutsideCheck() {}

  /** Asks, unless the record has an answer. */
  static Promise<CheckVerdict> ask(Gate gate, ExternalCheck check) {
    int round = gate.memory.round;
    return Async.function(() -> answer(gate, check, round));
  }

  private static CheckVerdict answer(Gate gate, ExternalCheck check, int round) {
    Prepared prepared = gate.external.prepare(new Preparation(gate.id, round, check.check()));
    if (prepared.verdict() != null) {
      return prepared.verdict();
    }
    RawValue raw;
    try {
      raw =
          Stubs.external(gate.id, check)
              .execute(check.check(), RawValue.class, String.valueOf(prepared.request()));
    } catch (ActivityFailure failure) {
      if (failure.getCause() instanceof CanceledFailure) {
        throw failure;
      }
      throw broken(check, why(check, failure.getCause()));
    }
    return gate.external.admit(
        new Admission(gate.id, prepared.round(), check.check(), text(check, raw)));
  }

  private static String text(ExternalCheck check, @Nullable RawValue raw) {
    Payload payload = raw == null ? Payload.getDefaultInstance() : raw.getPayload();
    if (payload.getData().size() > LIMIT) {
      throw broken(
          check,
          FailureType.OVERSIZED
              + ": the answer has "
              + payload.getData().size()
              + " bytes, allowed are "
              + LIMIT);
    }
    String encoding =
        payload.getMetadataOrDefault("encoding", ByteString.EMPTY).toString(StandardCharsets.UTF_8);
    if (!encoding.equals(JSON)) {
      throw broken(check, FailureType.UNREADABLE + ": the answer is not JSON");
    }
    return payload.getData().toString(StandardCharsets.UTF_8);
  }

  /** In our own words: a foreign worker chooses its exceptions' types and messages. */
  private static String why(ExternalCheck check, @Nullable Throwable cause) {
    if (cause instanceof TimeoutFailure timeout) {
      return switch (timeout.getTimeoutType()) {
        case TIMEOUT_TYPE_SCHEDULE_TO_START ->
            "nobody took it from this queue within " + check.startWithin();
        case TIMEOUT_TYPE_HEARTBEAT -> "its worker was silent for more than " + check.heartbeat();
        case TIMEOUT_TYPE_START_TO_CLOSE -> "its worker took more than " + check.timeout();
        default -> "its worker did not answer in time";
      };
    }
    return cause instanceof ApplicationFailure
        ? "its worker failed; that worker's own log says why"
        : "its answer did not arrive or cannot be read";
  }

  private static ApplicationFailure broken(ExternalCheck check, String why) {
    return GateFailures.lasting(
        FailureType.CHECK_BROKEN,
        check.check() + " from task queue " + check.taskQueue() + ": " + why);
  }
}
