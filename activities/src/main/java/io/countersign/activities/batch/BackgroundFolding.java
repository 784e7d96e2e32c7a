package io.countersign.activities.batch;

import io.countersign.failure.GateException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Folds every few seconds while a worker runs. What fails is said once and tried again. */
public final class BackgroundFolding implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BackgroundFolding.class);
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "countersign-folding");
  private final Folding folding;
  private String trouble = "";

  private BackgroundFolding(Folding folding) {
    this.folding = folding;
    thread.setDaemon(true);
  }

  public static BackgroundFolding start(Folding folding) {
    BackgroundFolding started = new BackgroundFolding(folding);
    started.thread.start();
    return started;
  }

  private void run() {
    try {
      do {
        round();
      } while (!closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void round() {
    try {
      folding.fold();
      trouble = "";
    } catch (RuntimeException failure) {
      String why =
          failure instanceof GateException gate
              ? String.valueOf(gate.getMessage())
              : failure.getClass().getSimpleName();
      if (!why.equals(trouble)) {
        trouble = why;
        LOG.warn("folding decisions failed and is tried again: {}", why);
      }
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
