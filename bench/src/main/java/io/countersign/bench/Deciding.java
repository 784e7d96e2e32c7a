package io.countersign.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Decisions at request time, in this process and over HTTP, with many live releases. */
final class Deciding {
  /** So many systems are in the gate policy; the record has more. */
  private static final int DECLARED = 100;

  private final int live;
  private final int rounds;
  private final Duration turn;

  Deciding(int live, int rounds, Duration turn) {
    this.live = live;
    this.rounds = rounds;
    this.turn = turn;
  }

  void measure(Path directory, Report report) throws IOException {
    Fleet fleet = Fleet.copy(directory.resolve("fleet"), Math.min(live, DECLARED));
    fleet.declare(Math.min(live, DECLARED));
    try (LiveRecord record = LiveRecord.start(directory.resolve("many"), fleet, live)) {
      new DecidingCost(live).measure(directory.resolve("cost"), fleet, record, report);
      new DecidingLoad(rounds, turn).measure(directory.resolve("http"), fleet, record, report);
    }
  }
}
