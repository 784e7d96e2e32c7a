package io.countersign.activity;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.countersign.policy.ExternalWorker;
import io.countersign.release.Span;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A check that is answered from another task queue, as far as the workflow schedules by it. Whose
 * signature counts stands in the frozen rules alone.
 */
public record ExternalCheck(
    String check,
    String taskQueue,
    Span startWithin,
    Span timeout,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Span heartbeat,
    int attempts) {
  /** By the frozen rule. */
  public static ExternalCheck of(String check, ExternalWorker worker) {
    return new ExternalCheck(
        check,
        worker.taskQueue(),
        Objects.requireNonNull(worker.startWithin()),
        Objects.requireNonNull(worker.timeout()),
        worker.heartbeat(),
        Objects.requireNonNull(worker.attempts()));
  }
}
