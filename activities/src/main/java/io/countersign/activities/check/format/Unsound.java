package io.countersign.activities.check.format;

/** A file breaks the rules of its format. */
final class Unsound extends Exception {
  private static final long serialVersionUID = 1L;

  private final String id;

  /**
   * @param id of the finding
   * @param message what was found and what is allowed
   */
  Unsound(String id, String message) {
    super(message);
    this.id = id;
  }

  String id() {
    return id;
  }
}
