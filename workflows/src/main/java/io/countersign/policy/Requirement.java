package io.countersign.policy;

/**
 * So many different people of this function must approve. Refused: a quorum below one or above 20.
 */
public record Requirement(GateFunction function, int quorum) {
  public Requirement {
    if (quorum < 1 || quorum > 20) {
      throw new IllegalArgumentException(
          "requirement: quorum: found " + quorum + ", allowed is 1 to 20");
    }
  }
}
