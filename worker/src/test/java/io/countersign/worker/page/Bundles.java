package io.countersign.worker.page;

/** Bundles for tests of other rooms. */
public final class Bundles {
  private Bundles() {}

  /** A whole life, with an approval, a rollback and the proof of the end. */
  public static String rolledBack() {
    return Lives.rolledBack().bundle();
  }
}
