package io.countersign.bench;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** The same questions in turn, again and again, over so many connections. */
final class Load implements AutoCloseable {
  private static final long LONGEST_NANOS = Duration.ofSeconds(60).toNanos();

  private final URI server;
  private final byte[][] requests;
  private final AtomicInteger asked = new AtomicInteger();
  private final int connections;
  private final ExecutorService threads;

  Load(URI server, byte[][] requests, int connections) {
    this.server = server;
    this.requests = requests;
    this.connections = connections;
    this.threads = Executors.newFixedThreadPool(connections);
  }

  /**
   * What came of it.
   *
   * @param nanos of every answer
   * @param no answers that were no yes
   */
  record Result(Histogram nanos, long no, double seconds) {
    double perSecond() {
      return nanos.getTotalCount() / seconds;
    }

    /** Milliseconds: median, 99 of 100, 999 of 1,000 and the largest. */
    double[] millis() {
      return new double[] {
        nanos.getValueAtPercentile(50) / 1e6,
        nanos.getValueAtPercentile(99) / 1e6,
        nanos.getValueAtPercentile(99.9) / 1e6,
        nanos.getMaxValue() / 1e6
      };
    }
  }

  private interface Asking {
    /** Answers how many were no yes. */
    long ask(HttpLine line, Histogram nanos);
  }

  /** Each connection asks as soon as it has its answer. */
  Result closed(Duration length) {
    long end = System.nanoTime() + length.toNanos();
    return run(
        (line, nanos) -> {
          long no = 0;
          long before = System.nanoTime();
          while (before < end) {
            no += line.yes(request()) ? 0 : 1;
            long now = System.nanoTime();
            nanos.recordValue(now - before);
            before = now;
          }
          return no;
        });
  }

  /**
   * Questions come at random, so many a second on the average, whether or not others have their
   * answers. Each is timed from the moment at which it should have been sent, so that one that had
   * to wait for a slow one before it counts as slow.
   */
  Result open(double perSecond, Duration length) {
    long[] due = arrivals(perSecond, length);
    AtomicInteger next = new AtomicInteger();
    long start = System.nanoTime() + Duration.ofMillis(100).toNanos();
    return run(
        (line, nanos) -> {
          long no = 0;
          for (int i = next.getAndIncrement(); i < due.length; i = next.getAndIncrement()) {
            long at = start + due[i];
            for (long left = at - System.nanoTime(); left > 0; left = at - System.nanoTime()) {
              LockSupport.parkNanos(left);
            }
            no += line.yes(request()) ? 0 : 1;
            nanos.recordValue(System.nanoTime() - at);
          }
          return no;
        });
  }

  private byte[] request() {
    return requests[Math.floorMod(asked.getAndIncrement(), requests.length)];
  }

  private static long[] arrivals(double perSecond, Duration length) {
    SplittableRandom random = new SplittableRandom(1);
    long[] due = new long[(int) (perSecond * length.toMillis() / 1e3)];
    double at = 0;
    for (int i = 0; i < due.length; i++) {
      at -= Math.log(1 - random.nextDouble()) / perSecond * 1e9;
      due[i] = (long) at;
    }
    return due;
  }

  private Result run(Asking asking) {
    List<Histogram> all = new ArrayList<>();
    List<Future<Long>> running = new ArrayList<>();
    List<HttpLine> lines = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      lines.add(new HttpLine(server));
    }
    long before = System.nanoTime();
    for (HttpLine line : lines) {
      Histogram nanos = new Histogram(LONGEST_NANOS, 3);
      all.add(nanos);
      running.add(threads.submit(() -> asking.ask(line, nanos)));
    }
    long no = 0;
    try {
      for (Future<Long> one : running) {
        no += one.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a connection broke", e);
    }
    double seconds = (System.nanoTime() - before) / 1e9;
    lines.forEach(HttpLine::close);
    Histogram sum = new Histogram(LONGEST_NANOS, 3);
    all.forEach(sum::add);
    return new Result(sum, no, seconds);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
