package io.countersign.worker.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.countersign.activity.GateJson;
import io.countersign.activity.Submission;
import io.countersign.gate.GateInput;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.worker.codec.LocalPayloadKey;
import io.countersign.worker.codec.SealedPayloads;
import io.countersign.worker.codec.SealingConverter;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.Payloads;
import io.temporal.api.common.v1.Principal;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.history.v1.WorkflowExecutionSignaledEventAttributes;
import io.temporal.api.history.v1.WorkflowExecutionStartedEventAttributes;
import io.temporal.api.history.v1.WorkflowExecutionUpdateAcceptedEventAttributes;
import io.temporal.api.update.v1.Input;
import io.temporal.api.update.v1.Request;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Histories as a server with an authorizer stamps them; the development server of the other tests
 * authenticates nobody.
 */
class HistoryBearersTests {
  private static final String MARAS = "{\"payload\":\"mara\"}";
  private static final String SVENS = "{\"payload\":\"sven\"}";

  @Test
  void theCallerOfTheSignalThatCarriesTheEnvelopeIsNamed() {
    List<HistoryEvent> history =
        List.of(signal(SVENS, "sven-laptop"), signal(MARAS, "mara-laptop"), signal("junk", "x"));
    assertThat(signalled(history, MARAS)).contains("jwt:mara-laptop");
    assertThat(signalled(history, SVENS)).contains("jwt:sven-laptop");
    assertThat(signalled(history, "{}")).isEmpty();
  }

  @Test
  void whoSendsAnEnvelopeAgainIsNotItsBearer() {
    assertThat(signalled(List.of(signal(MARAS, "later"), signal(MARAS, "first")), MARAS))
        .contains("jwt:first");
  }

  @Test
  void theCallerOnAnUpdatesEventIsTheWorkerAndNobodysBearer() {
    assertThat(signalled(List.of(update(MARAS, "gate-worker")), MARAS)).isEmpty();
  }

  @Test
  void anEventWithoutACallerNamesNobody() {
    List<HistoryEvent> history =
        List.of(signal(MARAS, "mara-laptop").toBuilder().clearPrincipal().build());
    assertThat(signalled(history, MARAS)).isEmpty();
    assertThat(
            submitted(List.of(start(MARAS, "pia-laptop", "").toBuilder().clearPrincipal().build())))
        .isEmpty();
  }

  @Test
  void theCallerWhoStartedTheReleaseIsNamed() {
    List<HistoryEvent> history = List.of(signal(MARAS, "x"), start(MARAS, "pia-laptop", ""));
    assertThat(submitted(history)).contains("jwt:pia-laptop");
    assertThat(submitted(List.of(start(SVENS, "pia-laptop", "")))).isEmpty();
    assertThat(submitted(List.of(start(MARAS, "gate-worker", "an-earlier-run"))))
        .as("a run that goes on is started by the worker")
        .isEmpty();
  }

  @Test
  void aNameWithoutEndIsCutShort() {
    assertThat(signalled(List.of(signal(MARAS, "x".repeat(10_000))), MARAS).orElseThrow())
        .hasSizeLessThan(300);
  }

  @Test
  void sealedMessagesAreFoundToo() {
    LocalPayloadKey vault = new LocalPayloadKey();
    SealedPayloads codec = new SealedPayloads(vault.publicKey(), vault, false, Clock.systemUTC());
    Payload sealed = codec.encode(List.of(clear(MARAS))).get(0);
    List<HistoryEvent> history = List.of(signal(sealed, "sealed"), signal(clear(MARAS), "plain"));
    assertThat(HistoryBearers.signalled(history, MARAS, SealingConverter.of(codec)))
        .as("what is not sealed is refused, and brought by nobody")
        .contains("jwt:sealed");
  }

  private static Optional<String> signalled(List<HistoryEvent> history, String envelope) {
    return HistoryBearers.signalled(history, envelope, GateJson.converter());
  }

  private static Optional<String> submitted(List<HistoryEvent> history) {
    return HistoryBearers.started(history, MARAS, GateJson.converter());
  }

  private static HistoryEvent start(String envelope, String caller, String continued) {
    GateInput input =
        new GateInput(
            new Submission(
                ReleaseId.parse("production/fraud-scorer/1"), Digest.of(new byte[0]), envelope),
            null);
    return event(caller)
        .setWorkflowExecutionStartedEventAttributes(
            WorkflowExecutionStartedEventAttributes.newBuilder()
                .setContinuedExecutionRunId(continued)
                .setInput(GateJson.converter().toPayloads(input).orElseThrow()))
        .build();
  }

  private static Payload clear(String text) {
    return Payload.newBuilder()
        .putMetadata("encoding", ByteString.copyFromUtf8("json/plain"))
        .setData(ByteString.copyFromUtf8(text))
        .build();
  }

  private static HistoryEvent signal(String text, String caller) {
    return signal(clear(text), caller);
  }

  private static HistoryEvent signal(Payload payload, String caller) {
    return event(caller)
        .setWorkflowExecutionSignaledEventAttributes(
            WorkflowExecutionSignaledEventAttributes.newBuilder().setInput(payloads(payload)))
        .build();
  }

  private static HistoryEvent update(String text, String caller) {
    return event(caller)
        .setWorkflowExecutionUpdateAcceptedEventAttributes(
            WorkflowExecutionUpdateAcceptedEventAttributes.newBuilder()
                .setAcceptedRequest(
                    Request.newBuilder()
                        .setInput(Input.newBuilder().setArgs(payloads(clear(text))))))
        .build();
  }

  private static HistoryEvent.Builder event(String caller) {
    return HistoryEvent.newBuilder()
        .setPrincipal(Principal.newBuilder().setType("jwt").setName(caller));
  }

  private static Payloads payloads(Payload payload) {
    return Payloads.newBuilder().addPayloads(payload).build();
  }
}
