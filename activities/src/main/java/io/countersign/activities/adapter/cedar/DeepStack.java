package io.countersign.activities.adapter.cedar;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * Calls the native library where its recursion finds room: it does not see the end of a Java
 * thread's stack coming. Only memory that is touched is taken.
 */
final class DeepStack {
  private static final long BYTES = 256L << 20;

  private DeepStack() {}

  /** What the call answers; it throws what the call throws. Waits without being interruptible. */
  static <T> T call(Supplier<T> supplier) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                answer.complete(supplier.get());
              } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
              }
            },
            "cedar",
            BYTES);
    thread.setDaemon(true);
    thread.start();
    try {
      return answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e;
    }
  }
}
