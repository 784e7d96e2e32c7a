package io.countersign.worker.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.countersign.activity.GateJson;
import io.countersign.worker.codec.LocalPayloadKey;
import io.countersign.worker.codec.SealedPayloads;
import io.countersign.worker.codec.SealingConverter;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.Payloads;
import io.temporal.api.common.v1.Principal;
import io.temporal.api.history.v1.HistoryEvent;
import io.temporal.api.history.v1.WorkflowExecutionSignaledEventAttributes;
import io.temporal.api.history.v1.WorkflowExecutionUpdateAcceptedEventAttributes;
import io.temporal.api.update.v1.Input;
import io.temporal.api.update.v1.Request;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Histories as a server with an authorizer stamps them; the development server of the other tests
 * authenticates nobody.
 */
class HistoryBearersTests {
  private static final String MARAS = "{\"payload\":\"mara\"}";
  private static final String SVENS = "{\"payload\":\"sven\"}";

  @Test
  void theCallerOfTheEventThatCarriesTheEnvelopeIsNamed() {
    List<HistoryEvent> history =
        List.of(signal(SVENS, "sven-laptop"), update(MARAS, "mara-laptop"), signal("junk", "x"));
    assertThat(HistoryBearers.bearer(history, MARAS, GateJson.converter()))
        .contains("jwt:mara-laptop");
    assertThat(HistoryBearers.bearer(history, SVENS, GateJson.converter()))
        .contains("jwt:sven-laptop");
    assertThat(HistoryBearers.bearer(history, "{}", GateJson.converter())).isEmpty();
  }

  @Test
  void anEventWithoutACallerNamesNobody() {
    List<HistoryEvent> history =
        List.of(signal(MARAS, "mara-laptop").toBuilder().clearPrincipal().build());
    assertThat(HistoryBearers.bearer(history, MARAS, GateJson.converter())).isEmpty();
  }

  @Test
  void sealedMessagesAreFoundToo() {
    LocalPayloadKey vault = new LocalPayloadKey();
    SealedPayloads codec = new SealedPayloads(vault.publicKey(), vault, false, Clock.systemUTC());
    Payload sealed = codec.encode(List.of(clear(MARAS))).get(0);
    List<HistoryEvent> history = List.of(signal(clear(MARAS), "plain"), signal(sealed, "sealed"));
    assertThat(HistoryBearers.bearer(history, MARAS, SealingConverter.of(codec)))
        .as("what is not sealed is refused, and brought by nobody")
        .contains("jwt:sealed");
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
