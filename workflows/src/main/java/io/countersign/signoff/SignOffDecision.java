package io.countersign.signoff;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** What a person says about a release. */
public enum SignOffDecision {
  APPROVE("approve"),
  REJECT("reject"),
  /** Accepts one named check although it failed. */
  WAIVE("waive"),
  /** Ends this person's earlier approval or waiver in this function; counts at any time. */
  TAKE_BACK("take-back");

  private final String word;

  SignOffDecision(String word) {
    this.word = word;
  }

  /** Reads the word of the statement; anything else is refused. */
  @JsonCreator
  public static SignOffDecision parse(String text) {
    for (SignOffDecision decision : values()) {
      if (decision.word.equals(text)) {
        return decision;
      }
    }
    throw new IllegalArgumentException(
        "decision: allowed are approve, reject, waive and take-back");
  }

  @JsonValue
  @Override
  public String toString() {
    return word;
  }
}
