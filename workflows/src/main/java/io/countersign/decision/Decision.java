package io.countersign.decision;

import io.countersign.failure.FailureType;
import io.countersign.policy.GateFunction;
import io.countersign.signoff.SignOff;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the gate decides on the evidence at hand. */
public sealed interface Decision {

  /** Neither yes nor no yet. */
  record Pending(List<Missing> missing) implements Decision {
    public Pending {
      missing = List.copyOf(missing);
    }
  }

  /**
   * Every requirement is met, each by a different person.
   *
   * @param approvals what these people signed, the last word of each
   * @param waivers what the decision rests on instead of checks that passed
   * @param until when the first of these people's consent to a failed check ends; null without one
   */
  record Approved(
      List<Voice> voices, List<SignOff> approvals, List<SignOff> waivers, @Nullable Instant until)
      implements Decision {
    public Approved {
      voices = List.copyOf(voices);
      approvals = List.copyOf(approvals);
      waivers = List.copyOf(waivers);
    }
  }

  /** A check or a person said no. */
  record Rejected(FailureType type, String why) implements Decision {}

  /** One approval that fills one place of a requirement. */
  record Voice(GateFunction function, String person) {}

  /** Something that is still wanted. */
  sealed interface Missing {
    /** So many more people of this function. */
    record People(GateFunction function, int count) implements Missing {}

    /** A check that has no result. */
    record Check(String check) implements Missing {}

    /** A failed check that a person of its function may waive. */
    record Waiver(String check) implements Missing {}
  }
}
