package io.countersign.activities.adapter.files;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A few threads that take items from one list, the caller among them. When one fails, nobody takes
 * another item, everybody is waited for, and the failure is thrown.
 */
final class HashingTeam implements Closeable {
  private static final long PATIENCE_MILLIS = 500;
  private final int size;
  private final Caller caller;
  private @Nullable ExecutorService helpers;

  /** With one member, everything happens in the caller's thread. */
  HashingTeam(int size, Caller caller) {
    this.size = size;
    this.caller = caller;
  }

  /** What only the caller's thread does: an activity's progress belongs to its thread. */
  interface Caller {
    /** Again and again while others work and the caller waits; may throw to stop the work. */
    void waits();

    /** Somebody failed: the others may stop in the middle of what they do. */
    void failed();
  }

  /** Work on one item with what belongs to one thread. */
  interface Work<T, S, R> {
    R on(T item, S own) throws IOException;
  }

  /** Works on all items, and answers the results in their order. */
  <T, S, R> List<R> each(List<T> items, Supplier<S> own, Work<T, S, R> work) throws IOException {
    AtomicReferenceArray<R> results = new AtomicReferenceArray<>(items.size());
    AtomicInteger next = new AtomicInteger();
    Callable<@Nullable Void> member =
        () -> {
          S mine = own.get();
          try {
            for (int i = next.getAndIncrement(); i < items.size(); i = next.getAndIncrement()) {
              results.set(i, work.on(items.get(i), mine));
            }
            return null;
          } catch (Throwable e) {
            next.set(items.size());
            caller.failed();
            throw e;
          }
        };
    List<Future<@Nullable Void>> started = new ArrayList<>();
    for (int i = 1; i < Math.min(size, items.size()); i++) {
      started.add(helpers().submit(member));
    }
    Throwable failure = failureOf(member);
    for (Future<@Nullable Void> helper : started) {
      Throwable stopped = failure == null ? failureOf(() -> accompany(helper)) : null;
      if (stopped != null) {
        next.set(items.size());
        caller.failed();
      }
      Throwable another = failureOf(() -> await(helper));
      failure = failure != null ? failure : stopped != null ? stopped : another;
    }
    rethrow(failure);
    List<R> all = new ArrayList<>(items.size());
    for (int i = 0; i < items.size(); i++) {
      all.add(results.get(i));
    }
    return all;
  }

  private ExecutorService helpers() {
    ExecutorService running = helpers;
    if (running == null) {
      running =
          Executors.newFixedThreadPool(
              size - 1,
              task -> {
                Thread thread = new Thread(task, "hashing");
                thread.setDaemon(true);
                return thread;
              });
      helpers = running;
    }
    return running;
  }

  private static @Nullable Throwable failureOf(Callable<@Nullable Void> work) {
    try {
      work.call();
      return null;
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (Throwable e) {
      return e;
    }
  }

  /** Waits until a helper is done, however, and does meanwhile what the caller does. */
  private @Nullable Void accompany(Future<@Nullable Void> helper) {
    boolean interrupted = false;
    try {
      while (!helper.isDone()) {
        try {
          helper.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          return null;
        } catch (TimeoutException e) {
          caller.waits();
        }
      }
      return null;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits through interruptions: what the helpers read is closed after them. */
  private static @Nullable Void await(Future<@Nullable Void> helper) throws ExecutionException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return helper.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static void rethrow(@Nullable Throwable failure) throws IOException {
    if (failure instanceof IOException e) {
      throw e;
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
    if (failure != null) {
      throw new IllegalStateException(failure);
    }
  }

  @Override
  public void close() {
    if (helpers != null) {
      helpers.shutdown();
    }
  }
}
