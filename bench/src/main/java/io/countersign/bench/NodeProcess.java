package io.countersign.bench;

import io.countersign.worker.engine.ExampleDecisions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/** A decision node in a process of its own, and one connection on which it is asked. */
final class NodeProcess implements AutoCloseable {
  private static final int HEAP_MEBIBYTES = 256;
  private static final long BETWEEN_NANOS = 500_000;
  private static final long PATIENCE_NANOS = 120_000_000_000L;

  private final URI address;
  private final WorkerProcess process;
  private final HttpLine line;

  private NodeProcess(URI address, WorkerProcess process) {
    this.address = address;
    this.process = process;
    this.line = new HttpLine(address);
  }

  /** Starts one with the rights of a decision node. */
  static NodeProcess start(House house, Path directory, String name) throws IOException {
    String url = house.engines.postgres().url();
    Path settings = directory.resolve(name + ".properties");
    Files.writeString(
        settings,
        Files.readString(house.settingsFile)
            .replace(url, url + "?options=-c%20role=countersign_decider"));
    URI address = ExampleDecisions.of(house.fleet.example()).settings(settings, name);
    return new NodeProcess(
        address, WorkerProcess.decide(settings, directory.resolve(name + ".log"), HEAP_MEBIBYTES));
  }

  URI address() {
    return address;
  }

  boolean allows(byte[] request) {
    return line.yes(request);
  }

  String answer(byte[] request) {
    return line.body(request);
  }

  /**
   * The first denial.
   *
   * @param nanos by {@code nanoTime}, when its answer was there
   */
  record Denied(long nanos, Instant at) {}

  /** Asks again half a millisecond after each answer, until one is no yes. */
  Denied awaitDenial(byte[] request) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (line.yes(request)) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException(address + " still allows");
      }
      LockSupport.parkNanos(BETWEEN_NANOS);
    }
    return new Denied(System.nanoTime(), Instant.now());
  }

  @Override
  public void close() {
    line.close();
    process.close();
  }
}
