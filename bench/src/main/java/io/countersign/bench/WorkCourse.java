package io.countersign.bench;

import io.countersign.activity.Submission;
import io.countersign.record.EntryKind;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.worker.gateway.FailureTranslation;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A bare workflow around the gate's own activities: the same work for each release. */
final class WorkCourse implements Course, AutoCloseable {
  private static final String QUEUE = "bench-work";

  private final WorkflowClient client;
  private final RecordWatch record;
  private final WorkerFactory workers;

  WorkCourse(House house, RecordWatch record) {
    this.client = house.client;
    this.record = record;
    this.workers =
        WorkerFactory.newInstance(
            client,
            WorkerFactoryOptions.newBuilder()
                .setWorkerInterceptors(new FailureTranslation())
                .build());
    workers.newWorker(QUEUE).registerWorkflowImplementationTypes(WorkRelease.Impl.class);
    workers.start();
  }

  @Override
  public String name() {
    return "bare, same work";
  }

  @Override
  public String workflowId(ReleaseId release) {
    return release.workflowId();
  }

  @Override
  public void start(Submission submission) {
    client
        .newUntypedWorkflowStub(
            "WorkRelease",
            WorkflowOptions.newBuilder()
                .setTaskQueue(QUEUE)
                // The sweeper looks for a workflow of this name and must find one.
                .setWorkflowId(submission.release().workflowId())
                .build())
        .start(submission);
  }

  @Override
  public Digest review(Submission submission) {
    String review =
        client
            .newUntypedWorkflowStub(submission.release().workflowId())
            .query("view", String.class);
    if (review.isEmpty()) {
      throw new IllegalStateException("no review yet");
    }
    return Digest.parse(review);
  }

  @Override
  public void signOff(ReleaseId release, String envelope) {
    client.newUntypedWorkflowStub(release.workflowId()).signal("signOff", Envelopes.raw(envelope));
  }

  @Override
  public boolean wantsWorkload() {
    return true;
  }

  @Override
  public Set<ReleaseId> reviewed(Set<ReleaseId> releases) {
    return record.having(EntryKind.REVIEW, releases);
  }

  @Override
  public Set<ReleaseId> live(Set<ReleaseId> releases) {
    return record.having(EntryKind.GRANT, releases);
  }

  @Override
  public void clear(Set<Submission> submissions) {
    submissions.forEach(
        done -> client.newUntypedWorkflowStub(done.release().workflowId()).signal("end"));
    submissions.forEach(
        done -> client.newUntypedWorkflowStub(done.release().workflowId()).getResult(Void.class));
  }

  @Override
  public void close() {
    workers.shutdownNow();
    workers.awaitTermination(10, TimeUnit.SECONDS);
  }
}
