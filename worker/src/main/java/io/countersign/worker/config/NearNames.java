package io.countersign.worker.config;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Finds the names that somebody who mistyped one may have meant. */
final class NearNames {
  private static final int MOST = 3;
  private static final int FARTHEST = 4;

  private NearNames() {}

  /** The nearest names by edit distance, best first; none that take more than four edits. */
  static List<String> of(String typed, Stream<String> known) {
    record Candidate(String name, int distance) {}
    return known
        .map(name -> new Candidate(name, distance(typed, name)))
        .filter(candidate -> candidate.distance <= FARTHEST)
        .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
        .limit(MOST)
        .map(Candidate::name)
        .toList();
  }

  private static int distance(String a, String b) {
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
      }
      above = row;
    }
    return above[b.length()];
  }
}
