package io.countersign.bench;

import io.countersign.activity.Submission;
import io.countersign.grant.Slot;
import io.countersign.grant.SystemRef;
import io.countersign.policy.GateFunction;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.worker.engine.DemoWorkload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** People and workloads: so many releases at a time, each rider with one after the other. */
final class Riders implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 300;
  private static final long LOOK_MILLIS = 25;
  private static final long LOGIN_MILLIS = 50;
  private static final String PROBE = "probe";

  private final ExecutorService pool;
  private final Voices voices;
  private final Function<SystemRef, DemoWorkload> workloads;
  private final Map<SystemRef, DemoWorkload> known = new ConcurrentHashMap<>();

  Riders(House house, int atATime) {
    this.pool = Executors.newFixedThreadPool(atATime);
    this.voices = house.voices;
    this.workloads = house::workload;
  }

  /** Brings all of them to the end of the course; answers how long that took. */
  Duration ride(Course course, List<Submission> submissions) {
    Map<ReleaseId, CompletableFuture<ReleaseId>> reviewed = new ConcurrentHashMap<>();
    Map<ReleaseId, CompletableFuture<ReleaseId>> live = new ConcurrentHashMap<>();
    Thread observer =
        new Thread(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                try {
                  complete(reviewed, course::reviewed);
                  complete(live, course::live);
                  TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
                } catch (InterruptedException e) {
                  return;
                } catch (RuntimeException blind) {
                  reviewed.values().forEach(one -> one.completeExceptionally(blind));
                  live.values().forEach(one -> one.completeExceptionally(blind));
                  return;
                }
              }
            },
            "bench-observer");
    observer.setDaemon(true);
    observer.start();
    long begun = System.nanoTime();
    List<Future<?>> riding = new ArrayList<>();
    for (Submission submission : submissions) {
      riding.add(pool.submit(() -> ride(course, submission, reviewed, live)));
    }
    riding.forEach(Riders::await);
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    observer.interrupt();
    return took;
  }

  private void ride(
      Course course,
      Submission submission,
      Map<ReleaseId, CompletableFuture<ReleaseId>> reviewed,
      Map<ReleaseId, CompletableFuture<ReleaseId>> live) {
    ReleaseId release = submission.release();
    course.start(submission);
    await(reviewed.computeIfAbsent(release, id -> new CompletableFuture<>()));
    Digest review = review(course, submission);
    for (GateFunction function : Voices.APPROVERS.keySet()) {
      course.signOff(release, voices.approval(submission, review, function));
    }
    if (course.wantsWorkload()) {
      prove(SystemRef.of(release));
    }
    await(live.computeIfAbsent(release, id -> new CompletableFuture<>()));
  }

  /** The record may know of the review a moment before the workflow does. */
  private static Digest review(Course course, Submission submission) {
    for (int attempt = 0; ; attempt++) {
      try {
        return course.review(submission);
      } catch (IllegalStateException early) {
        if (attempt == 1_000) {
          throw early;
        }
        Waiting.pause(10);
      }
    }
  }

  /** The workload logs in once the gate has opened the slot's probe for it. */
  void prove(SystemRef system) {
    DemoWorkload workload = known.computeIfAbsent(system, workloads);
    while (workload.login(system, Slot.A, PROBE).isEmpty()) {
      Waiting.pause(LOGIN_MILLIS);
    }
  }

  private static void complete(
      Map<ReleaseId, CompletableFuture<ReleaseId>> waiting,
      Function<Set<ReleaseId>, Set<ReleaseId>> look) {
    if (!waiting.isEmpty()) {
      Set<ReleaseId> there = look.apply(Set.copyOf(waiting.keySet()));
      for (ReleaseId release : List.copyOf(waiting.keySet())) {
        if (there.contains(release)) {
          CompletableFuture<ReleaseId> future = waiting.remove(release);
          if (future != null) {
            future.complete(release);
          }
        }
      }
    }
  }

  private static void await(Future<?> future) {
    try {
      future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("a release did not come through", e);
    }
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
