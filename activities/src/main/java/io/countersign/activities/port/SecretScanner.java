package io.countersign.activities.port;

import java.util.List;

/**
 * Looks for secrets in texts, without asking anybody whether they still work.
 *
 * <p>Every operation may fail with CHECK_BROKEN, when there is no scanner or when it cannot show
 * that it looked at every byte; nothing was learned then.
 */
public interface SecretScanner {
  /** Begins to collect texts. */
  Scan begin();

  /** Texts to look at. */
  interface Scan extends AutoCloseable {
    /**
     * Takes a text, if not empty. Equal texts may be looked at once.
     *
     * @param name under which a leak in it is told
     */
    void add(String name, byte[] text);

    /** Looks at all of them, once. */
    Report run(Progress progress);

    /** Removes every copy. */
    @Override
    void close();
  }

  /**
   * @param scanner name and version
   * @param leaks sorted, without repeats
   */
  record Report(String scanner, List<Leak> leaks) {
    public Report {
      leaks = leaks.stream().sorted().distinct().toList();
    }
  }

  /**
   * Where something looks like a secret. What it is has no place here.
   *
   * @param line from 1 on
   */
  record Leak(String name, int line, String rule) implements Comparable<Leak> {
    @Override
    public int compareTo(Leak other) {
      int order = name.compareTo(other.name);
      order = order == 0 ? Integer.compare(line, other.line) : order;
      return order == 0 ? rule.compareTo(other.rule) : order;
    }
  }
}
