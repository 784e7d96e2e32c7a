package io.countersign.worker.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.google.protobuf.ByteString;
import io.countersign.activities.port.Bearers;
import io.countersign.activity.GateJson;
import io.grpc.StatusRuntimeException;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityInfo;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.Payloads;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.history.v1.WorkflowExecutionStartedEventAttributes;
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
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the caller whom the server authenticated off the event that carries a message ({@code
 * HistoryEvent.principal}, server 1.31 and newer, with an authorizer and {@code
 * frontend.enablePrincipalPropagation}). Only of a start and of a signal is the event written in
 * its sender's own request; the event of an update is written in the worker's, and names the
 * worker.
 *
 * <p>A message is assessed right after it arrived, so its event is on the newest page. A server
 * that stamps nobody, or does not answer at once, is asked again only after a while.
 */
public final class HistoryBearers implements Bearers {
  private static final Logger LOG = LoggerFactory.getLogger(HistoryBearers.class);
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration ANSWER = Duration.ofSeconds(2);
  private static final int PAGE = 100;
  private static final int LONGEST = 200;

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
  public Optional<String> message(String envelope) {
    return signalled(newest(), envelope, converter);
  }

  @Override
  public Optional<String> submission(String envelope) {
    return started(newest(), envelope, converter);
  }

  private List<HistoryEvent> newest() {
    Instant now = clock.instant();
    if (now.isBefore(askAgain)) {
      return List.of();
    }
    List<HistoryEvent> newest = read();
    if (newest.stream().noneMatch(HistoryEvent::hasPrincipal)) {
      askAgain = now.plus(PATIENCE);
    }
    return newest;
  }

  private List<HistoryEvent> read() {
    ActivityInfo info = Activity.getExecutionContext().getInfo();
    try {
      return stubs
          .blockingStub()
          .withDeadlineAfter(ANSWER.toMillis(), TimeUnit.MILLISECONDS)
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

  /** The caller of the oldest of these signals that carries this envelope: later ones repeat it. */
  static Optional<String> signalled(
      List<HistoryEvent> newestFirst, String envelope, DataConverter converter) {
    return newestFirst.stream()
        .filter(HistoryEvent::hasPrincipal)
        .filter(HistoryEvent::hasWorkflowExecutionSignaledEventAttributes)
        .filter(
            event ->
                payloads(event.getWorkflowExecutionSignaledEventAttributes().getInput(), converter)
                    .anyMatch(envelope::equals))
        .reduce((newer, older) -> older)
        .map(HistoryBearers::caller);
  }

  /** The caller who started the run, unless an earlier run of the release did. */
  static Optional<String> started(
      List<HistoryEvent> newestFirst, String envelope, DataConverter converter) {
    return newestFirst.stream()
        .filter(HistoryEvent::hasPrincipal)
        .filter(HistoryEvent::hasWorkflowExecutionStartedEventAttributes)
        .filter(event -> startedWith(event, envelope, converter))
        .map(HistoryBearers::caller)
        .findFirst();
  }

  private static boolean startedWith(HistoryEvent event, String envelope, DataConverter converter) {
    WorkflowExecutionStartedEventAttributes start =
        event.getWorkflowExecutionStartedEventAttributes();
    return start.getContinuedExecutionRunId().isEmpty()
        && payloads(start.getInput(), converter).anyMatch(text -> envelope.equals(submitted(text)));
  }

  private static @Nullable String submitted(String input) {
    try {
      return GateJson.mapper().readTree(input).at("/submission/envelope").textValue();
    } catch (JsonProcessingException junk) {
      return null;
    }
  }

  private static String caller(HistoryEvent event) {
    String caller = event.getPrincipal().getType() + ":" + event.getPrincipal().getName();
    return caller.length() <= LONGEST ? caller : caller.substring(0, LONGEST) + "…";
  }

  private static Stream<String> payloads(Payloads input, DataConverter converter) {
    return input.getPayloadsList().stream().map(payload -> text(payload, converter));
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
