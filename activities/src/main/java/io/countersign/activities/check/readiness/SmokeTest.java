package io.countersign.activities.check.readiness;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a report of a smoke test says, counted from its tests and not from its sums. */
final class SmokeTest {
  private static final int NAMED = 5;

  private final SortedMap<String, String> digests = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();
  private long passed;
  private long failed;
  private long skipped;

  /** How a test ended. */
  enum Outcome {
    PASSED,
    FAILED,
    SKIPPED
  }

  /** What was tested; a second value for one part is a {@link MalformedReport}. */
  void names(String part, String digest) throws MalformedReport {
    String before = digests.put(part, digest);
    if (before != null && !before.equals(digest)) {
      throw new MalformedReport("it names two digests of the " + part);
    }
  }

  void test(String name, Outcome outcome) {
    switch (outcome) {
      case PASSED -> passed++;
      case SKIPPED -> skipped++;
      case FAILED -> {
        failed++;
        if (failures.size() < NAMED) {
          failures.add(name);
        }
      }
    }
  }

  /** Digest by part, as written. */
  SortedMap<String, String> digests() {
    return digests;
  }

  long passed() {
    return passed;
  }

  long failed() {
    return failed;
  }

  long skipped() {
    return skipped;
  }

  /** The first names of what failed. */
  List<String> failures() {
    return List.copyOf(failures);
  }
}
