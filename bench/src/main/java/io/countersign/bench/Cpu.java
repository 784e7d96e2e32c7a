package io.countersign.bench;

import java.time.Duration;
import java.util.stream.Stream;

/**
 * Processor time of this process and of the engines that it started. Unlike the clock on the wall
 * it says what a release costs also where other programs want the same processors.
 */
final class Cpu {
  private Cpu() {}

  /** Since each of the processes began. */
  static Duration used() {
    return Stream.concat(Stream.of(ProcessHandle.current()), ProcessHandle.current().descendants())
        .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }
}
