package io.countersign.bench;

import io.countersign.activities.port.WorkloadTokens.Caller;
import io.countersign.activities.runtime.Question;
import io.countersign.grant.SystemRef;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * A decision against the engine's call alone, and with many live releases against one. All take
 * turns, so that whatever else the machine does meets all of them.
 */
final class DecidingCost {
  private static final String SECTION = "decide";
  private static final double MOST = 1.3;
  private static final double NO_SLOWER = 1.1;
  private static final int CALLS = 2_000;
  private static final int ROUNDS = 31;
  private static final int WARM_UP = 15;

  private final int live;

  DecidingCost(int live) {
    this.live = live;
  }

  private static final class Turn {
    private final String name;
    private final BooleanSupplier ask;
    private final List<Double> perCall = new ArrayList<>();
    private final Histogram single = new Histogram(3);

    Turn(String name, BooleanSupplier ask) {
      this.name = name;
      this.ask = ask;
    }

    void run(boolean counted) {
      long begun = System.nanoTime();
      long before = begun;
      for (int i = 0; i < CALLS; i++) {
        if (!ask.getAsBoolean()) {
          throw new IllegalStateException(name + ": was not allowed");
        }
        long now = System.nanoTime();
        if (counted) {
          single.recordValue(now - before);
        }
        before = now;
      }
      if (counted) {
        perCall.add((before - begun) / 1e3 / CALLS);
      }
    }
  }

  void measure(Path directory, Fleet fleet, LiveRecord many, Report report) throws IOException {
    report.title("A decision: %d rounds of %d calls".formatted(ROUNDS, CALLS));
    SystemRef first = Fleet.system(1);
    BareCedar bare =
        new BareCedar(
            fleet.directory().resolve("policy/1"),
            Fleet.subject(first),
            first.release(LiveRecord.VERSION));
    try (LiveRecord one = LiveRecord.start(directory.resolve("one"), fleet, 1);
        DecidingHere few = new DecidingHere(one, fleet, directory.resolve("few"), 1);
        DecidingHere full = new DecidingHere(many, fleet, directory.resolve("full"), live)) {
      Turn call = new Turn("engine's call", bare::call);
      Turn anew = new Turn("engine's call, request and entities made anew", bare::callAnew);
      Turn decide = new Turn("decision, 1 live release", asking(few, 1, Asked.DIFFERENT));
      Turn loaded =
          new Turn(
              "decision, %d live releases".formatted(live), asking(full, live, Asked.DIFFERENT));
      Turn again = new Turn("decision, asked before", asking(few, 1, 1));
      List<Turn> turns = List.of(call, decide, anew, loaded, again);
      for (int round = -WARM_UP; round < ROUNDS; round++) {
        for (Turn turn : turns) {
          turn.run(round >= 0);
        }
      }
      for (Turn turn : turns) {
        report.line(SECTION, turn.name, "µs", new Sample(turn.perCall), 1);
        report.spread(
            SECTION,
            turn.name + ", single",
            "µs",
            new double[] {
              turn.single.getValueAtPercentile(50) / 1e3,
              turn.single.getValueAtPercentile(99) / 1e3,
              turn.single.getValueAtPercentile(99.9) / 1e3,
              turn.single.getMaxValue() / 1e3
            },
            1);
      }
      ratio(report, "decision / engine's call", decide, call, MOST);
      report.line(
          SECTION,
          "decision, asked before / engine's call",
          "times",
          new Sample(again.perCall).over(new Sample(call.perCall)),
          2);
      ratio(report, "decision, %d live / 1 live".formatted(live), loaded, decide, NO_SLOWER);
      report.line(
          SECTION,
          "memory a live release",
          "bytes",
          new Sample(List.of((double) full.bytes() / live)),
          0);
    }
  }

  private static void ratio(Report report, String what, Turn over, Turn under, double most) {
    Sample ratios = new Sample(over.perCall).over(new Sample(under.perCall));
    report.line(SECTION, what + ", round by round", "times", ratios, 2);
    report.against(SECTION, what, ratios.median(), "at most", most);
  }

  /** Callers and questions exist before: making them is the work of whoever read the request. */
  private static BooleanSupplier asking(DecidingHere node, int releases, int different) {
    List<Caller> callers =
        IntStream.rangeClosed(1, releases)
            .mapToObj(i -> Asked.caller(Fleet.system(i), LiveRecord.VERSION))
            .toList();
    SplittableRandom random = new SplittableRandom(1);
    int[] systems = IntStream.range(0, different).map(i -> random.nextInt(releases)).toArray();
    List<Question> questions =
        IntStream.range(0, different)
            .mapToObj(i -> Asked.question(Fleet.system(systems[i] + 1), i))
            .toList();
    AtomicInteger next = new AtomicInteger();
    return () -> {
      int i = next.getAndIncrement() % different;
      return node.point().decide(callers.get(systems[i]), questions.get(i)).allowed();
    };
  }
}
