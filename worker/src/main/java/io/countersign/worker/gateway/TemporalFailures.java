package io.countersign.worker.gateway;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.failure.GateFailures;
import io.countersign.gate.ReleaseGate;
import io.countersign.release.ReleaseId;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.errordetails.v1.NamespaceNotFoundFailure;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowServiceException;
import io.temporal.client.WorkflowUpdateException;
import io.temporal.client.WorkflowUpdateTimeoutOrCancelledException;
import io.temporal.failure.ApplicationFailure;
import io.temporal.serviceclient.StatusUtils;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Translates what the Temporal client throws, once and by type, never by message text. */
final class TemporalFailures {
  private final TemporalConnection connection;

  TemporalFailures(TemporalConnection connection) {
    this.connection = connection;
  }

  GateException of(RuntimeException thrown, @Nullable ReleaseId release) {
    Optional<GateException> known = known(thrown);
    if (known.isPresent()) {
      return known.get();
    }
    if (thrown instanceof WorkflowUpdateException refused
        && refused.getCause() instanceof ApplicationFailure) {
      FailureType type = GateFailures.typeOf(refused.getCause());
      return new GateException(type, GateFailures.detailOf(refused.getCause()));
    }
    if (thrown instanceof WorkflowUpdateTimeoutOrCancelledException) {
      return noWorker(thrown);
    }
    Optional<Status.Code> code = status(thrown).map(status -> status.getStatus().getCode());
    boolean noNamespace =
        status(thrown)
            .filter(status -> StatusUtils.hasFailure(status, NamespaceNotFoundFailure.class))
            .isPresent();
    if (noNamespace) {
      return unavailable("has no namespace '" + connection.namespace() + "'", thrown);
    }
    if (thrown instanceof WorkflowNotFoundException
        || code.equals(Optional.of(Status.Code.NOT_FOUND))) {
      return new GateException(
          FailureType.UNKNOWN_RELEASE,
          release + " has no gate in namespace '" + connection.namespace() + "'",
          thrown);
    }
    if (caused(thrown, SSLException.class)) {
      return unavailable(
          "and this process cannot agree on TLS; see countersign.temporal.tls.ca,"
              + " countersign.temporal.tls.cert and countersign.temporal.tls.enabled",
          thrown);
    }
    return unavailable(
        code.map(TemporalFailures::sentence).orElse("answers with a defect"), thrown);
  }

  /** A query that failed although the server itself had answered. */
  GateException ofQuery(WorkflowServiceException thrown) {
    Optional<GateException> known = known(thrown);
    if (known.isPresent()) {
      return known.get();
    }
    boolean access =
        status(thrown)
            .map(status -> status.getStatus().getCode())
            .filter(TemporalFailures::deniesAccess)
            .isPresent();
    return access ? of(thrown, null) : noWorker(thrown);
  }

  private static boolean deniesAccess(Status.Code code) {
    return code == Status.Code.PERMISSION_DENIED || code == Status.Code.UNAUTHENTICATED;
  }

  private GateException noWorker(Throwable cause) {
    return new GateException(
        FailureType.TEMPORAL_UNAVAILABLE,
        "no worker answers on task queue '"
            + ReleaseGate.TASK_QUEUE
            + "' of namespace '"
            + connection.namespace()
            + "'; start one with 'countersign serve'",
        cause);
  }

  private GateException unavailable(String what, Throwable cause) {
    return new GateException(
        FailureType.TEMPORAL_UNAVAILABLE,
        "Temporal at " + connection.address() + " " + what,
        cause);
  }

  private static String sentence(Status.Code code) {
    return switch (code) {
      case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED -> "does not answer";
      case UNAUTHENTICATED, PERMISSION_DENIED ->
          "denies access; see countersign.temporal.api-key-file and countersign.temporal.tls.cert";
      case INVALID_ARGUMENT ->
          "refuses the request; are the search attributes GateState, GateTier, GateSystem,"
              + " GateEnvironment, GateAwaiting and GateDigest registered in the namespace?";
      case RESOURCE_EXHAUSTED -> "is at a limit of its own; try again later";
      default -> "answers with " + code;
    };
  }

  private static boolean caused(Throwable thrown, Class<? extends Throwable> type) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  /** What our own converter threw, in whatever the client has wrapped it. */
  private static Optional<GateException> known(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof GateException ours) {
        return Optional.of(ours);
      }
    }
    return Optional.empty();
  }

  private static Optional<StatusRuntimeException> status(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof StatusRuntimeException status) {
        return Optional.of(status);
      }
    }
    return Optional.empty();
  }
}
