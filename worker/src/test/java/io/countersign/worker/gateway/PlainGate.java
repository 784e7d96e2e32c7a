package io.countersign.worker.gateway;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateFailures;
import io.countersign.gate.GateInput;
import io.countersign.gate.GateView;
import io.countersign.gate.Receipt;
import io.countersign.gate.ReleaseGate;
import io.countersign.release.Digest;
import io.countersign.release.GateState;
import io.temporal.common.converter.RawValue;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A gate without rules: every message counts but one that says "refused"; an order ends it. Its
 * view tells in {@code reason} what arrived, byte for byte.
 */
public final class PlainGate implements ReleaseGate {
  private final GateInput input;
  private String heard = "";
  private boolean over;

  @WorkflowInit
  public PlainGate(GateInput input) {
    this.input = input;
  }

  @Override
  public GateView run(GateInput same) {
    Workflow.await(() -> over && Workflow.isEveryHandlerFinished());
    return view();
  }

  @Override
  public void signOff(RawValue envelope) {
    heard += text(envelope);
  }

  @Override
  public void order(RawValue envelope) {
    heard += text(envelope);
    over = true;
  }

  @Override
  public void wake(RawValue ignored) {}

  @Override
  public Receipt submitSignOff(RawValue envelope) {
    if (text(envelope).contains("refused")) {
      throw GateFailures.of(FailureType.OWN_RELEASE, "pia@example.com submitted it");
    }
    heard += text(envelope);
    return new Receipt(
        input.submission().release(),
        GateState.AWAITING_SIGN_OFF,
        Digest.of(new byte[0]),
        "heard",
        null);
  }

  @Override
  public Receipt submitOrder(RawValue envelope) {
    // Never done with it, as a gate whose database is away.
    Workflow.await(() -> over);
    return submitSignOff(envelope);
  }

  @Override
  public GateView view() {
    return new GateView(
        input.submission().release(),
        input.submission().releaseDigest(),
        over ? GateState.RETIRED : GateState.AWAITING_SIGN_OFF,
        null,
        heard,
        null,
        null,
        List.of(),
        null,
        null,
        1,
        null,
        List.of(),
        List.of(),
        0,
        0,
        null,
        null,
        null,
        0,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  private static String text(RawValue value) {
    return value.getPayload().getData().toString(StandardCharsets.UTF_8);
  }
}
