package io.countersign.activities.check.format;

import java.util.List;

/** What is known of one file of a model. */
sealed interface Verdict {
  /** The format, in the words of the measurements. */
  String format();

  /**
   * Data by its form alone.
   *
   * @param tensors that it lists; 0 where the format has none
   * @param external parts of other files that it relies on
   */
  record Sound(String format, long tensors, List<External> external) implements Verdict {
    public Sound {
      external = List.copyOf(external);
    }

    static Sound of(String format) {
      return new Sound(format, 0, List.of());
    }
  }

  /** Loading it may run code, or nothing proves that it does not. */
  record MayRunCode(String format, String why) implements Verdict {}

  /** It breaks the rules of its format. */
  record Broken(String format, String id, String message) implements Verdict {}

  /**
   * Bytes that a file expects in another.
   *
   * @param location as written, relative to the file's directory
   * @param offset of the first byte
   * @param length in bytes; -1 for all that follow
   */
  record External(String location, long offset, long length) {}
}
