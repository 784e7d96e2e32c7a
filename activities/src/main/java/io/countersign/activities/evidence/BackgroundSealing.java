package io.countersign.activities.evidence;

import io.countersign.activities.port.EvidenceStore;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.ReleaseSeal;
import io.countersign.release.ReleaseId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
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

  /** What every release needs: without it the next one fails alike. */
  private static final Set<FailureType> AWAY =
      EnumSet.of(
          FailureType.VAULT_UNAVAILABLE,
          FailureType.VAULT_DENIED,
          FailureType.DATABASE_UNAVAILABLE);

  private final EvidenceStore store;
  private final Sealing sealing;
  private final @Nullable Stamping stamping;
  private final Semaphore nudges = new Semaphore(0);
  private final TreeMap<String, String> troubles = new TreeMap<>();
  private final Set<ReleaseId> failing = new HashSet<>();
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

  /**
   * One release whose record cannot be sealed holds up no other one, nor the time stamps: whoever
   * may write to the record could stop the evidence of all releases with one row otherwise.
   *
   * @return whether something that all of it needs is away
   */
  private boolean round() {
    try {
      boolean away = false;
      for (ReleaseId release : waiting()) {
        if (closed) {
          return false;
        }
        away = !seal(release);
        if (away) {
          break;
        }
      }
      Stamping stamps = stamping;
      if (stamps != null) {
        attempt("time stamps", stamps::stamp);
      }
      if (!away) {
        ended("evidence");
      }
      return away;
    } catch (RuntimeException failure) {
      failed("evidence", failure);
      return true;
    }
  }

  /** What failed the last time comes last. */
  private List<ReleaseId> waiting() {
    Set<ReleaseId> releases = new LinkedHashSet<>(store.unsealed(EvidenceStore.MAX_READ));
    for (ReleaseSeal unwritten : store.unwritten(EvidenceStore.MAX_READ)) {
      releases.add(unwritten.release());
    }
    failing.retainAll(releases);
    List<ReleaseId> ordered = new ArrayList<>(releases);
    ordered.sort(Comparator.comparing(failing::contains));
    return ordered;
  }

  /** Answers whether the others are worth a try. */
  private boolean seal(ReleaseId release) {
    try {
      sealing.seal(release);
      failing.remove(release);
      ended("sealing " + release);
      return true;
    } catch (RuntimeException failure) {
      failing.add(release);
      boolean away = failure instanceof GateException gate && AWAY.contains(gate.type());
      failed(away ? "evidence" : "sealing " + release, failure);
      return !away;
    }
  }

  private void attempt(String what, Runnable work) {
    try {
      work.run();
      ended(what);
    } catch (RuntimeException failure) {
      failed(what, failure);
    }
  }

  private void failed(String what, RuntimeException failure) {
    String why =
        failure instanceof GateException
            ? String.valueOf(failure.getMessage())
            : failure.getClass().getSimpleName();
    if (!why.equals(troubles.put(what, why))) {
      LOG.warn("{} failed and is tried again: {}", what, why);
    }
  }

  private void ended(String what) {
    if (troubles.remove(what) != null) {
      LOG.info("{} goes on", what);
    }
  }
}
