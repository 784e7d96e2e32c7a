package io.countersign.activities.audit;

/**
 * One thing that is wrong.
 *
 * @param line of the bundle, from 1; 0 where it is about no line
 * @param seq number of the entry that it is about, from 1; 0 where it is about none
 * @param detail one line for people; foreign text in it is shortened
 */
public record Finding(Flaw flaw, long line, long seq, String detail) {
  private static final int SHOWN = 400;

  public Finding {
    if (detail.length() > SHOWN) {
      detail = detail.substring(0, SHOWN) + "…";
    }
  }

  @Override
  public String toString() {
    return flaw
        + (line > 0 ? ", line " + line : "")
        + (seq > 0 ? ", entry " + seq : "")
        + ": "
        + detail;
  }
}
