package io.countersign.activities.reach;

import io.countersign.activities.port.RuntimePolicy;
import io.countersign.activities.port.RuntimePolicy.Possibility;
import io.countersign.activities.port.RuntimePolicy.Prospect;
import io.countersign.activities.port.RuntimeRequest;
import io.countersign.release.Manifest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What a policy may answer to every kind of call that a manifest has: each permission of each tool
 * with every set of its classes of data, the empty one included. A policy can tell sets apart, so
 * that asking for one class at a time would miss what it permits for two together.
 */
public final class Reach {
  /** Most kinds of calls. */
  public static final int MOST_CALLS = 1_024;

  /** The engine reads the policy anew for each kind: bytes that it may read in all. */
  private static final long MOST_READ = 16L << 20;

  private static final int OF_EACH = 4 * 1024;
  private static final int MOST_CLASSES = 16;

  private final SortedMap<Call, Prospect> calls;

  private Reach(SortedMap<Call, Prospect> calls) {
    this.calls = calls;
  }

  /**
   * Asks the policy about every kind of call.
   *
   * @param files the policy's bytes, with those of the guard rails where it has them
   * @return empty where there are more kinds than {@link #most}
   */
  public static Optional<Reach> of(
      RuntimePolicy policy, Map<String, byte[]> files, Manifest manifest) {
    List<Call> kinds = kinds(manifest, most(files));
    if (kinds.isEmpty()) {
      return Optional.empty();
    }
    SortedMap<Call, Prospect> calls = new TreeMap<>();
    for (Call call : kinds) {
      calls.put(
          call,
          policy.prospect(
              new RuntimeRequest(
                  manifest.workload().identity(),
                  manifest.id(),
                  call.tool(),
                  call.permission(),
                  call.dataClasses(),
                  Map.of())));
    }
    return Optional.of(new Reach(calls));
  }

  /** A manifest without tools has a reach too: none. */
  public static Reach none() {
    return new Reach(new TreeMap<>());
  }

  /** How many kinds of calls are looked at for a policy of this size. */
  public static int most(Map<String, byte[]> files) {
    long bytes = files.values().stream().mapToLong(file -> file.length).sum();
    return (int) Math.min(MOST_CALLS, MOST_READ / (OF_EACH + bytes));
  }

  /** How many kinds of calls a manifest has. */
  public static long kinds(Manifest manifest) {
    long permissions =
        tools(manifest).stream().mapToLong(tool -> new TreeSet<>(tool.permissions()).size()).sum();
    int classes = new TreeSet<>(manifest.profile().dataClasses()).size();
    return classes > MOST_CLASSES ? Long.MAX_VALUE : permissions << classes;
  }

  private static List<Call> kinds(Manifest manifest, int most) {
    if (kinds(manifest) > most) {
      return List.of();
    }
    List<String> classes = List.copyOf(new TreeSet<>(manifest.profile().dataClasses()));
    List<Call> kinds = new ArrayList<>();
    for (Manifest.Tool tool : tools(manifest)) {
      for (String permission : new TreeSet<>(tool.permissions())) {
        for (int set = 0; set < 1 << classes.size(); set++) {
          List<String> chosen = new ArrayList<>();
          for (int i = 0; i < classes.size(); i++) {
            if ((set >> i & 1) == 1) {
              chosen.add(classes.get(i));
            }
          }
          kinds.add(new Call(tool.name(), permission, chosen));
        }
      }
    }
    return kinds;
  }

  /** The tools of a manifest; none where it has none. */
  public static List<Manifest.Tool> tools(Manifest manifest) {
    List<Manifest.Tool> tools = manifest.access().tools();
    return tools == null ? List.of() : tools;
  }

  /** All kinds of calls that were looked at. */
  public List<Call> all() {
    return List.copyOf(calls.keySet());
  }

  /** What it answers to one kind; NEVER to kinds that the manifest does not have. */
  public Possibility possibility(Call call) {
    Prospect prospect = calls.get(call);
    return prospect == null ? Possibility.NEVER : prospect.possibility();
  }

  /** What it permits, be it for some arguments only. */
  public List<Call> permitted() {
    return where(this::permits);
  }

  /** Whether it permits this kind, be it for some arguments only. */
  public boolean permits(Call call) {
    Possibility possible = possibility(call);
    return possible == Possibility.ALWAYS || possible == Possibility.SOMETIMES;
  }

  /** Sets of several classes that it does not permit, though it permits each of them alone. */
  public List<Call> notTogether() {
    return where(
        call ->
            call.dataClasses().size() > 1
                && !permits(call)
                && call.dataClasses().stream()
                    .allMatch(
                        one -> permits(new Call(call.tool(), call.permission(), List.of(one)))));
  }

  /** What it breaks off at, whatever the arguments are. */
  public List<Call> broken() {
    return where(call -> possibility(call) == Possibility.ERRORED);
  }

  /** What this permits and the other does not. */
  public List<Call> beyond(Reach other) {
    return where(call -> permits(call) && !other.permits(call));
  }

  /**
   * What both permit, this one for arguments that the other may not: it asks nothing of them any
   * more, or something else. Which of two conditions is the wider nobody can tell in general.
   */
  public List<Call> otherwise(Reach other) {
    return where(
        call ->
            permits(call)
                && other.possibility(call) == Possibility.SOMETIMES
                && !sameConditions(call, other));
  }

  private boolean sameConditions(Call call, Reach other) {
    Prospect mine = calls.get(call);
    Prospect theirs = other.calls.get(call);
    return mine != null && mine.equals(theirs);
  }

  /** Whether this may permit anything that the other does not. In doubt it may. */
  public boolean widens(Reach other) {
    return !beyond(other).isEmpty() || !otherwise(other).isEmpty();
  }

  private List<Call> where(Predicate<Call> holds) {
    return Collections.unmodifiableList(
        new ArrayList<>(calls.keySet().stream().filter(holds).toList()));
  }

  /**
   * Kinds of calls in words, a line for each permission of each tool. A set of several classes is
   * named where no smaller one is.
   */
  public static List<String> lines(List<Call> calls) {
    SortedMap<String, List<String>> lines = new TreeMap<>();
    for (Call call : calls) {
      if (calls.stream().noneMatch(call::extendsOn)) {
        lines
            .computeIfAbsent(call.tool() + " (" + call.permission() + ")", key -> new ArrayList<>())
            .add(call.classes());
      }
    }
    return lines.entrySet().stream()
        .map(line -> line.getKey() + " with " + String.join(", ", line.getValue()))
        .toList();
  }
}
