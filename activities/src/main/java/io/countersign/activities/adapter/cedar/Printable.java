package io.countersign.activities.adapter.cedar;

/** Words of files and of the engine's messages about them, fit for one line. */
final class Printable {
  private static final int MOST = 200;

  private Printable() {}

  static String of(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}]+", " ").strip();
    return line.length() <= MOST ? line : line.substring(0, MOST) + "…";
  }
}
