package io.countersign.worker.cli;

import io.countersign.activity.Submission;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.gate.GateView;
import io.countersign.gate.Receipt;
import io.countersign.release.ReleaseId;
import io.countersign.worker.gateway.Gateway;
import io.countersign.worker.gateway.ReleaseFilter;
import io.countersign.worker.gateway.ReleaseSummary;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what it is told, and answers what a test put there. */
final class FakeGateway implements Gateway {
  final List<Submission> submissions = new ArrayList<>();
  final List<String> signals = new ArrayList<>();
  final List<String> updates = new ArrayList<>();
  final List<ReleaseFilter> filters = new ArrayList<>();
  final Deque<ReleaseSummary> summaries = new ArrayDeque<>();
  @Nullable GateView view;
  @Nullable GateException refusal;
  boolean closed;

  @Override
  public Started start(Submission submission) {
    refuse();
    submissions.add(submission);
    return new Started(
        submission.release(), submission.release().workflowId(), "run-1", submissions.size() > 1);
  }

  @Override
  public void signal(ReleaseId release, Message message, String envelope) {
    refuse();
    signals.add(message + " " + envelope);
  }

  @Override
  public Receipt update(ReleaseId release, Message message, String envelope, Duration patience) {
    refuse();
    updates.add(message + " " + envelope);
    return new Receipt(release, Views.STATE, null, "mara@example.com approves", null);
  }

  @Override
  public GateView view(ReleaseId release) {
    refuse();
    if (view == null) {
      throw new GateException(FailureType.UNKNOWN_RELEASE, release + " has no gate");
    }
    return view;
  }

  /** The next summary; the last one stays. */
  @Override
  public ReleaseSummary describe(ReleaseId release) {
    refuse();
    return summaries.size() > 1 ? summaries.pop() : summaries.getFirst();
  }

  @Override
  public List<ReleaseSummary> list(ReleaseFilter filter) {
    refuse();
    filters.add(filter);
    return List.copyOf(summaries);
  }

  @Override
  public void close() {
    closed = true;
  }

  private void refuse() {
    if (refusal != null) {
      throw refusal;
    }
  }
}
