package io.countersign.bench;

import io.countersign.activity.Submission;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.worker.gateway.FailureTranslation;
import io.temporal.activity.Activity;
import io.temporal.activity.DynamicActivity;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A bare workflow whose activities do nothing: what the Temporal server and the SDK cost by
 * themselves. Its worker has the options of the gate's and runs in the same process.
 */
final class BareCourse implements Course, AutoCloseable {
  static final String QUEUE = "bench-bare";
  private static final int REQUEST_OVERHEAD = 80;

  private final WorkflowClient client;
  private final Shape shape;
  private final WorkerFactory workers;
  private final Set<ReleaseId> reviewed = ConcurrentHashMap.newKeySet();
  private final Set<ReleaseId> live = ConcurrentHashMap.newKeySet();

  BareCourse(House house, Shape shape) {
    this.client = house.client;
    this.shape = shape;
    this.workers =
        WorkerFactory.newInstance(
            client,
            WorkerFactoryOptions.newBuilder()
                .setWorkerInterceptors(new FailureTranslation())
                .build());
    var worker = workers.newWorker(QUEUE);
    worker.registerWorkflowImplementationTypes(BareRelease.Impl.class);
    worker.registerActivitiesImplementations(
        (DynamicActivity) arguments -> answer(arguments.get(0, BareRelease.Request.class)));
    workers.start();
  }

  private String answer(BareRelease.Request request) {
    ReleaseId release = ReleaseId.parse(request.release());
    switch (Activity.getExecutionContext().getInfo().getActivityType()) {
      case "Review" -> reviewed.add(release);
      case "Grant" -> live.add(release);
      default -> {}
    }
    return "r".repeat(request.answer());
  }

  @Override
  public String name() {
    return "bare";
  }

  @Override
  public String workflowId(ReleaseId release) {
    return "bare/" + release;
  }

  @Override
  public void start(Submission submission) {
    List<BareRelease.Piece> pieces =
        shape.activities().stream()
            .map(
                piece ->
                    new BareRelease.Piece(
                        piece.type(),
                        Math.max(0, piece.input() - REQUEST_OVERHEAD),
                        piece.result()))
            .toList();
    client
        .newUntypedWorkflowStub(
            "BareRelease",
            WorkflowOptions.newBuilder()
                .setTaskQueue(QUEUE)
                .setWorkflowId(workflowId(submission.release()))
                .build())
        .start(
            new BareRelease.Input(
                submission.release().toString(),
                pieces,
                shape.viewBytes(),
                "i".repeat(shape.inputBytes())));
  }

  @Override
  public Digest review(Submission submission) {
    client.newUntypedWorkflowStub(workflowId(submission.release())).query("view", String.class);
    return submission.releaseDigest();
  }

  @Override
  public void signOff(ReleaseId release, String envelope) {
    client.newUntypedWorkflowStub(workflowId(release)).signal("signOff", Envelopes.raw(envelope));
  }

  @Override
  public boolean wantsWorkload() {
    return false;
  }

  @Override
  public Set<ReleaseId> reviewed(Set<ReleaseId> releases) {
    return reviewed;
  }

  @Override
  public Set<ReleaseId> live(Set<ReleaseId> releases) {
    return live;
  }

  @Override
  public void clear(Set<Submission> submissions) {
    submissions.forEach(
        done -> client.newUntypedWorkflowStub(workflowId(done.release())).signal("end"));
    submissions.forEach(
        done -> client.newUntypedWorkflowStub(workflowId(done.release())).getResult(Void.class));
  }

  @Override
  public void close() {
    workers.shutdownNow();
    workers.awaitTermination(10, TimeUnit.SECONDS);
  }
}
