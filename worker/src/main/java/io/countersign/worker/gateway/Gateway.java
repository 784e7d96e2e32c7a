package io.countersign.worker.gateway;

import io.countersign.activity.Submission;
import io.countersign.gate.GateView;
import io.countersign.gate.Receipt;
import io.countersign.release.ReleaseId;
import java.time.Duration;
import java.util.List;

/**
 * The doors of the gate. Every operation may fail with TEMPORAL_UNAVAILABLE, and with
 * UNKNOWN_RELEASE where there is no gate for the release.
 */
public interface Gateway extends AutoCloseable {
  /**
   * Submits a release; it waits for a worker if none is up. The same release with the same digest
   * joins the gate that is there, running or ended; another digest is RELEASE_CONFLICT.
   */
  Started start(Submission submission);

  /**
   * Hands in a signed message; it waits for a worker if none is up. Whether it counts is in the
   * gate's view later. NOT_NOW when the release has ended.
   */
  void signal(ReleaseId release, Message message, String envelope);

  /**
   * Hands in a signed message and waits for its receipt. Fails with the refusal's type when it does
   * not count, and with TEMPORAL_UNAVAILABLE when no worker takes it; then it is not delivered.
   *
   * @param patience how long the gate may work on it once it was taken
   */
  Receipt update(ReleaseId release, Message message, String envelope, Duration patience);

  /** Where a release stands, by its gate; needs a worker unless the release was completed. */
  GateView view(ReleaseId release);

  /** Where a release stands, by what its gate last showed; needs no worker. */
  ReleaseSummary describe(ReleaseId release);

  /** Releases, newest first; may lag behind {@link #describe} by moments. */
  List<ReleaseSummary> list(ReleaseFilter filter);

  @Override
  void close();

  /** What a signed message can be. */
  enum Message {
    SIGN_OFF("signOff", "submitSignOff"),
    ORDER("order", "submitOrder");

    private final String signal;
    private final String update;

    Message(String signal, String update) {
      this.signal = signal;
      this.update = update;
    }

    /** The name under which a signal carries it. */
    public String signal() {
      return signal;
    }

    /** The name under which an update carries it. */
    public String update() {
      return update;
    }
  }

  /**
   * @param joined whether this very release had been submitted before
   */
  record Started(ReleaseId release, String workflowId, String runId, boolean joined) {}
}
