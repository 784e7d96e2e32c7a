package io.countersign.activities.evidence;

import io.countersign.activities.port.EvidenceStore;
import io.countersign.failure.GateException;
import io.countersign.record.ReleaseSeal;
import io.countersign.release.ReleaseId;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seals and stamps behind a worker's back: soon after the worker wrote to the record, and every few
 * seconds for what others left. Nothing waits for it. A failure is logged when it begins and when
 * it ends, and tried again.
 */
public final class BackgroundSealing implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BackgroundSealing.class);
  private static final Duration POLL = Duration.ofSeconds(3);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final EvidenceStore store;
  private final Sealing sealing;
  private final @Nullable Stamping stamping;
  private final Semaphore nudges = new Semaphore(0);
  private final TreeMap<String, String> troubles = new TreeMap<>();
  private final Thread thread = new Thread(this::run, "countersign-sealing");
  private volatile boolean closed;

  private BackgroundSealing(EvidenceStore store, Sealing sealing, @Nullable Stamping stamping) {
    this.store = store;
    this.sealing = sealing;
    this.stamping = stamping;
    thread.setDaemon(true);
  }

  /**
   * Begins.
   *
   * @param stamping null where no authority is configured
   */
  public static BackgroundSealing start(
      EvidenceStore store, Sealing sealing, @Nullable Stamping stamping) {
    BackgroundSealing started = new BackgroundSealing(store, sealing, stamping);
    started.thread.start();
    return started;
  }

  /** Something was written: it is sealed soon. Returns at once. */
  public void nudge() {
    nudges.release();
  }

  /** Lets what is being done end, and does no more. */
  @Override
  public void close() {
    closed = true;
    nudges.release();
    try {
      thread.join(PATIENCE.toMillis());
      thread.interrupt();
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!closed) {
        boolean away = round();
        Duration pause = away ? AFTER_FAILURE : POLL;
        // After a failure a nudge must not make it busy.
        if (away) {
          nudges.drainPermits();
        }
        if (nudges.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          nudges.drainPermits();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Answers whether something that all of it needs is away. */
  private boolean round() {
    try {
      Set<ReleaseId> releases = new LinkedHashSet<>(store.unsealed(EvidenceStore.MAX_READ));
      for (ReleaseSeal unwritten : store.unwritten(EvidenceStore.MAX_READ)) {
        releases.add(unwritten.release());
      }
      for (ReleaseId release : releases) {
        if (closed) {
          return false;
        }
        boolean away = attempt("sealing " + release, () -> sealing.seal(release));
        if (away) {
          return true;
        }
      }
      Stamping stamps = stamping;
      if (stamps != null) {
        attempt("time stamps", stamps::stamp);
      }
      ended("evidence");
      return false;
    } catch (RuntimeException failure) {
      return failed("evidence", failure);
    }
  }

  private boolean attempt(String what, Runnable work) {
    try {
      work.run();
      ended(what);
      return false;
    } catch (RuntimeException failure) {
      return failed(what, failure);
    }
  }

  private boolean failed(String what, RuntimeException failure) {
    GateException known = failure instanceof GateException gate ? gate : null;
    String why =
        known == null ? failure.getClass().getSimpleName() : String.valueOf(known.getMessage());
    if (!why.equals(troubles.put(what, why))) {
      LOG.warn("{} failed and is tried again: {}", what, why);
    }
    return known == null || known.type().retryable();
  }

  private void ended(String what) {
    if (troubles.remove(what) != null) {
      LOG.info("{} goes on", what);
    }
  }
}
