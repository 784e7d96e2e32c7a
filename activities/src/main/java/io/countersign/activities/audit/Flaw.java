package io.countersign.activities.audit;

/**
 * What can be wrong with evidence: a closed catalogue, the table of docs/evidence.md, "What
 * evidence verify checks". The constant's name is the wire form.
 */
public enum Flaw {
  UNREADABLE("A line is not of the form that evidence has."),
  BAD_SIGNATURE("A signature does not verify."),
  UNKNOWN_KEY("A signature is by a key that nobody vouches for."),
  BROKEN_CHAIN("A hash, a link or a number of the chain does not hold."),
  MISSING_LINE("Something that the record names is not there."),
  FOREIGN_LINE("Something is there that the record does not name."),
  NOT_ALLOWED("Whoever signed had no right to at that time."),
  NOT_APPROVED("A decision is not what its own rules, checks and sign-offs give."),
  OUT_OF_ORDER("Something stands before or after its time."),
  NOT_REVOKED("Access is not proved to have ended."),
  BAD_TIME_STAMP("A time stamp does not verify."),
  NOT_CLOSED("The record has not ended, or the bundle is older than the record.");

  private final String sentence;

  Flaw(String sentence) {
    this.sentence = sentence;
  }

  /** One sentence for the auditor. */
  public String sentence() {
    return sentence;
  }
}
