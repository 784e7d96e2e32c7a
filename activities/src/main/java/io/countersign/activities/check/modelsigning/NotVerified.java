package io.countersign.activities.check.modelsigning;

/** A signature of a model that does not hold. */
public final class NotVerified extends Exception {
  private static final long serialVersionUID = 1L;

  private final String id;

  NotVerified(String id, String message) {
    super(message);
    this.id = id;
  }

  /** The id of the finding. */
  public String id() {
    return id;
  }

  /** What was found and what is allowed, without anything that the document says. */
  public String what() {
    return String.valueOf(getMessage());
  }
}
