package io.countersign.worker.gateway;

import com.google.protobuf.ByteString;
import io.countersign.activities.port.Bearers;
import io.grpc.StatusRuntimeException;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityInfo;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.Payloads;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.workflowservice.v1.GetWorkflowExecutionHistoryReverseRequest;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DataConverterException;
import io.temporal.common.converter.RawValue;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the caller whom the server authenticated off the event that carries a message ({@code
 * HistoryEvent.principal}, server 1.31 and newer, with an authorizer and {@code
 * frontend.enablePrincipalPropagation}). A message is assessed right after it arrived, so its event
 * is on the newest page. A server that stamps nobody is asked again only after a while.
 */
public final class HistoryBearers implements Bearers {
  private static final Logger LOG = LoggerFactory.getLogger(HistoryBearers.class);
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final int PAGE = 100;

  private final WorkflowServiceStubs stubs;
  private final String namespace;
  private final DataConverter converter;
  private final Clock clock;
  private volatile Instant askAgain = Instant.MIN;

  public HistoryBearers(
      WorkflowServiceStubs stubs, String namespace, DataConverter converter, Clock clock) {
    this.stubs = stubs;
    this.namespace = namespace;
    this.converter = converter;
    this.clock = clock;
  }

  @Override
  public Optional<String> bearer(String envelope) {
    Instant now = clock.instant();
    if (now.isBefore(askAgain)) {
      return Optional.empty();
    }
    List<HistoryEvent> newest = newest();
    if (newest.stream().noneMatch(HistoryEvent::hasPrincipal)) {
      askAgain = now.plus(PATIENCE);
      return Optional.empty();
    }
    return bearer(newest, envelope, converter);
  }

  private List<HistoryEvent> newest() {
    ActivityInfo info = Activity.getExecutionContext().getInfo();
    try {
      return stubs
          .blockingStub()
          .getWorkflowExecutionHistoryReverse(
              GetWorkflowExecutionHistoryReverseRequest.newBuilder()
                  .setNamespace(namespace)
                  .setExecution(
                      WorkflowExecution.newBuilder()
                          .setWorkflowId(info.getWorkflowId())
                          .setRunId(info.getWorkflowRunId()))
                  .setMaximumPageSize(PAGE)
                  .build())
          .getHistory()
          .getEventsList();
    } catch (StatusRuntimeException e) {
      // A name for people is not worth a sign-off that waits.
      LOG.info("Who brought a message is not known: {}", e.getStatus().getCode());
      return List.of();
    }
  }

  /** The caller on the newest event that carries this envelope. */
  static Optional<String> bearer(
      List<HistoryEvent> newestFirst, String envelope, DataConverter converter) {
    return newestFirst.stream()
        .filter(HistoryEvent::hasPrincipal)
        .filter(event -> carries(event, envelope, converter))
        .map(event -> event.getPrincipal().getType() + ":" + event.getPrincipal().getName())
        .findFirst();
  }

  private static boolean carries(HistoryEvent event, String envelope, DataConverter converter) {
    Payloads input =
        event.hasWorkflowExecutionSignaledEventAttributes()
            ? event.getWorkflowExecutionSignaledEventAttributes().getInput()
            : event
                .getWorkflowExecutionUpdateAcceptedEventAttributes()
                .getAcceptedRequest()
                .getInput()
                .getArgs();
    return input.getPayloadsList().stream()
        .anyMatch(payload -> text(payload, converter).equals(envelope));
  }

  private static String text(Payload payload, DataConverter converter) {
    try {
      Payload read = converter.fromPayload(payload, RawValue.class, RawValue.class).getPayload();
      boolean json =
          read.getMetadataOrDefault("encoding", ByteString.EMPTY)
              .toStringUtf8()
              .equals("json/plain");
      // What the codec refused keeps its bytes, and the gate has not read them.
      return json ? read.getData().toString(StandardCharsets.UTF_8) : "";
    } catch (DataConverterException junk) {
      return "";
    }
  }
}
