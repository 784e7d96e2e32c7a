package io.countersign.decision;

import io.countersign.decision.Decision.Voice;
import io.countersign.policy.GateFunction;
import io.countersign.policy.Requirement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives people to the places of the requirements, each person to one place at most (I4). Counting
 * by function would let one person in two functions fill both; a maximum bipartite matching
 * (augmenting paths, Kuhn 1955) does not.
 */
public final class Matching {
  private final List<GateFunction> places = new ArrayList<>();
  private final Map<String, List<GateFunction>> offers;
  private final @Nullable String[] taken;

  /**
   * @param offers for each person the functions in which the person approved
   */
  public Matching(List<Requirement> requirements, Map<String, List<GateFunction>> offers) {
    for (Requirement requirement : requirements) {
      for (int i = 0; i < requirement.quorum(); i++) {
        places.add(requirement.function());
      }
    }
    this.offers = new LinkedHashMap<>(offers);
    this.taken = new String[places.size()];
    for (String person : this.offers.keySet()) {
      place(person, new boolean[places.size()]);
    }
  }

  private boolean place(String person, boolean[] tried) {
    List<GateFunction> functions = offers.getOrDefault(person, List.of());
    for (int i = 0; i < places.size(); i++) {
      if (tried[i] || !functions.contains(places.get(i))) {
        continue;
      }
      tried[i] = true;
      String holder = taken[i];
      if (holder == null || place(holder, tried)) {
        taken[i] = person;
        return true;
      }
    }
    return false;
  }

  /** Who fills which place, in the order of the requirements. */
  public List<Voice> voices() {
    List<Voice> voices = new ArrayList<>();
    for (int i = 0; i < taken.length; i++) {
      String person = taken[i];
      if (person != null) {
        voices.add(new Voice(places.get(i), person));
      }
    }
    return voices;
  }

  /** The places that nobody fills, counted by function. */
  Map<GateFunction, Integer> open() {
    Map<GateFunction, Integer> open = new LinkedHashMap<>();
    for (int i = 0; i < taken.length; i++) {
      if (taken[i] == null) {
        open.merge(places.get(i), 1, Integer::sum);
      }
    }
    return open;
  }
}
