package io.countersign.worker.page;

import io.countersign.activities.report.Timeline;
import io.countersign.activities.report.Timeline.Access;
import io.countersign.activities.report.Timeline.Mark;
import io.countersign.activities.report.Timeline.MarkKind;
import io.countersign.activities.report.Timeline.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where everything stands in the picture of a life. A release waits for days between seconds in
 * which everything happens, so a state is at least as wide as its name and grows with the logarithm
 * of its length; within a state time runs evenly. Lengths are in units of the view box.
 *
 * @param people where what people said stands, with room above
 * @param band where the states stand
 * @param access where access stands, one row a slot
 */
public record TimelinePicture(
    int width,
    int people,
    int band,
    int access,
    int height,
    List<Box> states,
    List<Dot> dots,
    List<Bar> bars,
    List<Tick> ticks) {
  private static final int WIDTH = 1000;
  private static final int LEFT = 64;
  private static final int INNER = WIDTH - LEFT - 8;
  private static final int WIDEST_NAME = 112;
  private static final int LETTER = 6;
  private static final int TOP = 10;
  private static final int LEVEL = 14;
  private static final int STATE = 30;
  private static final int BAR = 24;
  private static final int GAP = 16;
  private static final int AXIS = 34;
  private static final int TICK_ROOM = 58;
  private static final int DOT_ROOM = 21;
  private static final int LEVELS = 3;

  public TimelinePicture {
    states = List.copyOf(states);
    dots = List.copyOf(dots);
    bars = List.copyOf(bars);
    ticks = List.copyOf(ticks);
  }

  /**
   * @param text the state's name; empty where it does not fit
   */
  public record Box(int x, int y, int width, String state, String text, String length) {}

  public record Dot(int x, int y, int labelY, long seq, MarkKind kind) {}

  /**
   * @param ended whether the end was proved; the others run out of the picture
   */
  public record Bar(int x, int y, int width, String slot, boolean ended) {}

  /**
   * @param day only where it differs from the tick before
   */
  public record Tick(int x, String clock, @Nullable String day) {}

  /** The picture of a life; empty lists where the record tells of no state. */
  public static TimelinePicture of(Timeline timeline) {
    Scale scale = Scale.of(timeline.phases());
    List<String> slots = timeline.accesses().stream().map(Access::slot).distinct().toList();
    List<Integer> levels = levels(timeline.marks(), scale);
    int people = TOP + LEVEL * levels.stream().mapToInt(level -> level).max().orElse(0);
    int band = people + GAP;
    int access = band + STATE + GAP;
    return new TimelinePicture(
        WIDTH,
        people,
        band,
        access,
        (slots.isEmpty() ? band + STATE + GAP / 2 : access + slots.size() * BAR) + AXIS,
        boxes(timeline.phases(), scale, band),
        dots(timeline.marks(), levels, scale, people),
        timeline.accesses().stream()
            .map(one -> bar(one, scale, access + BAR * slots.indexOf(one.slot())))
            .toList(),
        ticks(timeline.phases(), scale));
  }

  /** Below which line the times stand. */
  public int axis() {
    return height - AXIS + 4;
  }

  private static List<Box> boxes(List<Phase> phases, Scale scale, int band) {
    List<Box> boxes = new ArrayList<>();
    for (int i = 0; i < phases.size(); i++) {
      String name = Words.state(phases.get(i).state());
      int width = scale.width(i);
      boxes.add(
          new Box(
              scale.start(i),
              band,
              width,
              phases.get(i).state(),
              name.length() * LETTER + 8 <= width ? name : "",
              Words.duration(phases.get(i).from(), phases.get(i).until())));
    }
    return boxes;
  }

  /** Marks that would touch stand above each other. */
  private static List<Integer> levels(List<Mark> marks, Scale scale) {
    List<Integer> levels = new ArrayList<>();
    int level = 0;
    int last = -DOT_ROOM;
    for (Mark mark : marks) {
      int x = scale.x(mark.at());
      level = x - last < DOT_ROOM ? (level + 1) % LEVELS : 0;
      last = x;
      levels.add(level);
    }
    return levels;
  }

  private static List<Dot> dots(List<Mark> marks, List<Integer> levels, Scale scale, int people) {
    List<Dot> dots = new ArrayList<>();
    for (int i = 0; i < marks.size(); i++) {
      int y = people - levels.get(i) * LEVEL;
      dots.add(
          new Dot(scale.x(marks.get(i).at()), y, y + 3, marks.get(i).seq(), marks.get(i).kind()));
    }
    return dots;
  }

  private static Bar bar(Access access, Scale scale, int y) {
    int x = scale.x(access.from());
    Instant until = access.until();
    int end = until == null ? WIDTH - 8 : Math.max(scale.x(until), x + 6);
    return new Bar(x, y, end - x, access.slot(), until != null);
  }

  private static List<Tick> ticks(List<Phase> phases, Scale scale) {
    List<Tick> ticks = new ArrayList<>();
    String day = "";
    int last = -TICK_ROOM;
    for (int i = 0; i < phases.size(); i++) {
      int x = scale.start(i);
      if (x - last >= TICK_ROOM) {
        String now = Words.day(phases.get(i).from());
        ticks.add(new Tick(x, Words.clock(phases.get(i).from()), now.equals(day) ? null : now));
        day = now;
        last = x;
      }
    }
    return ticks;
  }

  /** From time to place; never runs backwards, whatever the clocks of the record say. */
  private record Scale(List<Phase> phases, int[] starts) {
    static Scale of(List<Phase> phases) {
      int count = Math.max(phases.size(), 1);
      double least = Math.min(WIDEST_NAME, (double) INNER / count);
      double[] weights = phases.stream().mapToDouble(Scale::weight).toArray();
      double sum = 0;
      for (double weight : weights) {
        sum += weight;
      }
      double free = INNER - least * count;
      int[] starts = new int[phases.size() + 1];
      double x = LEFT;
      for (int i = 0; i < phases.size(); i++) {
        starts[i] = (int) Math.round(x);
        x += least + (sum == 0 ? free / count : free * weights[i] / sum);
      }
      starts[phases.size()] = LEFT + INNER;
      return new Scale(phases, starts);
    }

    private static double weight(Phase phase) {
      long seconds = Math.max(0, Duration.between(phase.from(), phase.until()).toSeconds());
      return StrictMath.log10(1 + seconds);
    }

    int start(int phase) {
      return starts[phase];
    }

    int width(int phase) {
      return starts[phase + 1] - starts[phase];
    }

    int x(Instant at) {
      for (int i = phases.size() - 1; i >= 0; i--) {
        Phase phase = phases.get(i);
        if (!at.isBefore(phase.from())) {
          double length = Duration.between(phase.from(), phase.until()).toMillis();
          double into = Duration.between(phase.from(), at).toMillis();
          double part = length <= 0 ? 0 : Math.min(1, into / length);
          return starts[i] + (int) Math.round(part * width(i));
        }
      }
      return LEFT;
    }
  }
}
