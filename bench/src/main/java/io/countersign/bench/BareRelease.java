package io.countersign.bench;

import io.temporal.activity.ActivityOptions;
import io.temporal.common.converter.RawValue;
import io.temporal.workflow.ActivityStub;
import io.temporal.workflow.Promise;
import io.temporal.workflow.QueryMethod;
import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.Workflow;
import io.temporal.workflow.WorkflowInit;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.time.Duration;
import java.util.List;

/**
 * As many activities and signals as a release has until it is live, in the same order and with
 * payloads of the same size, and nothing else.
 */
@WorkflowInterface
public interface BareRelease {
  @WorkflowMethod(name = "BareRelease")
  void run(Input input);

  @SignalMethod
  void signOff(RawValue envelope);

  @SignalMethod
  void end();

  @QueryMethod
  String view();

  /**
   * @param release whose turn it is
   * @param activities of a release up to LIVE, in the order in which the gate schedules them
   * @param viewBytes how long the answer to the query is
   * @param filler makes the input as long as the gate's
   */
  record Input(String release, List<Piece> activities, int viewBytes, String filler) {}

  /**
   * @param type the activity's type
   * @param input bytes of its argument
   * @param result bytes of its result
   */
  record Piece(String type, int input, int result) {}

  /**
   * What a bare activity is asked.
   *
   * @param answer how long its answer is
   */
  record Request(String release, int answer, String filler) {}

  /** Resolve, checks at once, review; identity beside three messages; grant. */
  final class Impl implements BareRelease {
    private final Input input;
    private int signals;
    private boolean ended;

    @WorkflowInit
    public Impl(Input input) {
      this.input = input;
    }

    @Override
    public void run(Input given) {
      one("Resolve");
      Promise.allOf(
              input.activities().stream()
                  .filter(piece -> piece.type().contains("."))
                  .map(this::begin)
                  .toList())
          .get();
      one("Review");
      Promise<String> identity = begin(piece("ProveIdentity"));
      for (int i = 1; i <= 3; i++) {
        int wanted = i;
        Workflow.await(() -> signals >= wanted);
        one("Assess");
      }
      identity.get();
      one("Grant");
      Workflow.await(() -> ended);
    }

    @Override
    public void signOff(RawValue envelope) {
      signals++;
    }

    @Override
    public void end() {
      ended = true;
    }

    @Override
    public String view() {
      return "v".repeat(input.viewBytes());
    }

    private void one(String type) {
      begin(piece(type)).get();
    }

    private Piece piece(String type) {
      return input.activities().stream()
          .filter(piece -> piece.type().equals(type))
          .findFirst()
          .orElseThrow();
    }

    private Promise<String> begin(Piece piece) {
      ActivityStub activity =
          Workflow.newUntypedActivityStub(
              ActivityOptions.newBuilder().setStartToCloseTimeout(Duration.ofMinutes(2)).build());
      return activity.executeAsync(
          piece.type(),
          String.class,
          new Request(input.release(), piece.result(), "f".repeat(piece.input())));
    }
  }
}
