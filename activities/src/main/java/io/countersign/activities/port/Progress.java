package io.countersign.activities.port;

/**
 * Told of work that goes on, so that a long activity can be seen to live. It may throw to stop the
 * work, for example because the activity was cancelled.
 */
@FunctionalInterface
public interface Progress {
  /**
   * @param what the file that is read
   * @param bytes read of it so far
   */
  void at(String what, long bytes);

  /** For work that nobody watches. */
  static Progress unwatched() {
    return (what, bytes) -> {};
  }
}
