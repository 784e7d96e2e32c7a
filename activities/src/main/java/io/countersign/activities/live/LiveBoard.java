package io.countersign.activities.live;

import io.countersign.activities.port.DocumentParser;
import io.countersign.activities.port.GovernedRelease;
import io.countersign.activities.port.LiveDecisions;
import io.countersign.activities.port.LiveTraces;
import io.countersign.activities.port.LiveTraces.Hints;
import io.countersign.activities.port.LiveTraces.Reading;
import io.countersign.activities.port.Permits;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the newest complete reading of the record in memory. One thread reads, on a hint or when
 * the pause is over; whoever asks takes what was read last and waits for nobody.
 *
 * <p>A reading is as old as the moment at which it was begun, by whichever clock says older: the
 * one that only goes forward, which stands still while a machine sleeps, and the calendar's, which
 * people may set. The end of a grant is held against the calendar's clock and the store's.
 */
public final class LiveBoard implements LiveDecisions, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LiveBoard.class);

  /** At most half of the time is spent on reading, however many hints come. */
  private static final Duration LEAST_PAUSE = Duration.ofMillis(2);

  private final LiveTraces traces;
  private final LiveIndex index;
  private final Supplier<? extends Permits> permits;
  private final LiveLimits limits;
  private final Clock clock;
  private final LongSupplier nanos;
  private final Thread reader;

  /** Of the reading thread alone, as the highest mark that it has seen is. */
  private String trouble = "";

  private long mark;

  private volatile @Nullable Confirmed confirmed;
  private volatile boolean failing;
  private volatile boolean hinted;
  private volatile boolean closed;
  private volatile @Nullable Hints hints;

  /**
   * A board that has read nothing yet.
   *
   * @param permits by which keys the gate is believed; asked before each reading, and answers the
   *     same one until they change
   */
  public LiveBoard(
      LiveTraces traces,
      DocumentParser parser,
      Supplier<? extends Permits> permits,
      LiveLimits limits,
      Clock clock) {
    this(traces, parser, permits, limits, clock, System::nanoTime);
  }

  LiveBoard(
      LiveTraces traces,
      DocumentParser parser,
      Supplier<? extends Permits> permits,
      LiveLimits limits,
      Clock clock,
      LongSupplier nanos) {
    this.traces = traces;
    this.index = new LiveIndex(new Holding(parser));
    this.permits = permits;
    this.limits = limits;
    this.clock = clock;
    this.nanos = nanos;
    this.reader = new Thread(this::keepReading, "countersign-live");
    reader.setDaemon(true);
  }

  /** Begins to read, and to listen for hints. */
  public void start() {
    reader.start();
    hints = traces.listen(this::hint);
  }

  @Override
  public void close() {
    closed = true;
    Hints listening = hints;
    if (listening != null) {
      listening.close();
    }
    LockSupport.unpark(reader);
  }

  /** Says that looking is worth while. */
  void hint() {
    hinted = true;
    LockSupport.unpark(reader);
  }

  private void keepReading() {
    while (!closed) {
      hinted = false;
      long began = nanos.getAsLong();
      try {
        look();
      } catch (RuntimeException away) {
        failing = true;
        tell(away);
      }
      rest(Math.max(LEAST_PAUSE.toNanos(), Math.min(nanos.getAsLong() - began, pause())), false);
      rest(pause(), true);
    }
  }

  private void tell(RuntimeException away) {
    String why =
        away instanceof GateException known
            ? String.valueOf(known.getMessage())
            : away.getClass().getSimpleName();
    if (!why.equals(trouble)) {
      trouble = why;
      LOG.warn("what is live could not be read and is tried again: {}", why);
    }
  }

  private void rest(long length, boolean untilHinted) {
    long end = System.nanoTime() + length;
    while (!closed && !(untilHinted && hinted)) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return;
      }
      LockSupport.parkNanos(left);
    }
  }

  private long pause() {
    return limits.poll().toNanos();
  }

  /** Reads once. A reading that fails changes nothing: what was read before only grows older. */
  void look() {
    long beganNanos = nanos.getAsLong();
    Instant began = clock.instant();
    Permits believed = permits.get();
    Reading reading = traces.read(index.known());
    if (reading.mark() < mark) {
      throw new GateException(
          FailureType.RECORD_CONFLICT,
          "the record is older than what was read before; look after it, then start anew");
    }
    mark = reading.mark();
    LiveIndex.Contents contents = index.take(reading, believed);
    confirmed = new Confirmed(contents, beganNanos, began, reading.at());
    failing = false;
    if (!trouble.isEmpty()) {
      trouble = "";
      LOG.info("what is live is read again");
    }
  }

  @Override
  public View view() {
    Confirmed newest = confirmed;
    return newest == null ? new Blind() : new Seen(newest, nanos.getAsLong());
  }

  private record Confirmed(
      LiveIndex.Contents contents, long beganNanos, Instant began, Instant store) {}

  private final class Seen implements View {
    private final Confirmed newest;
    private final Duration staleness;
    private final Instant at;

    Seen(Confirmed newest, long nowNanos) {
      this.newest = newest;
      Instant now = clock.instant();
      Duration elapsed = Duration.ofNanos(Math.max(0, nowNanos - newest.beganNanos()));
      Duration byCalendar = Duration.between(newest.began(), now);
      this.staleness = byCalendar.compareTo(elapsed) > 0 ? byCalendar : elapsed;
      Instant byStore = newest.store().plus(elapsed);
      this.at = byStore.isAfter(now) ? byStore : now;
    }

    @Override
    public Sight sight() {
      if (staleness.compareTo(limits.staleness()) <= 0) {
        return Sight.FRESH;
      }
      return failing ? Sight.UNREACHABLE : Sight.STALE;
    }

    @Override
    public Duration staleness() {
      return staleness;
    }

    @Override
    public List<GovernedRelease> of(WorkloadKey workload) {
      return newest.contents().of(workload, at);
    }

    @Override
    public int inForce() {
      return newest.contents().inForce(at);
    }
  }

  private record Blind() implements View {
    @Override
    public Sight sight() {
      return Sight.UNREACHABLE;
    }

    @Override
    public Duration staleness() {
      return NEVER;
    }

    @Override
    public List<GovernedRelease> of(WorkloadKey workload) {
      return List.of();
    }

    @Override
    public int inForce() {
      return 0;
    }
  }
}
