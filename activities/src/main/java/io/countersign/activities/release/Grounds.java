package io.countersign.activities.release;

import io.countersign.activity.DecisionView;
import io.countersign.check.CheckResult;
import io.countersign.decision.Decision;
import io.countersign.decision.Judge;
import io.countersign.decision.Requirements;
import io.countersign.release.Digest;
import io.countersign.signoff.SignOff;
import java.time.Instant;
import java.util.List;

/**
 * A decision and what it rests on.
 *
 * @param round the review round that it is about
 * @param review the review that people signed
 * @param checks the results of that round
 * @param signOffs what had arrived, counting or not
 * @param waivers those of failed checks that count
 */
public record Grounds(
    int round,
    Digest review,
    List<CheckResult> checks,
    List<SignOff> signOffs,
    List<SignOff> waivers,
    Decision decision) {
  public Grounds {
    checks = List.copyOf(checks);
    signOffs = List.copyOf(signOffs);
    waivers = List.copyOf(waivers);
  }

  /** What these grounds give at this time. */
  public static Grounds judged(
      int round,
      Requirements requirements,
      List<CheckResult> checks,
      List<SignOff> signOffs,
      Instant at) {
    return new Grounds(
        round,
        requirements.reviewDigest(),
        checks,
        signOffs,
        Judge.waivers(requirements, checks, signOffs, at),
        Judge.decide(requirements, checks, signOffs, at));
  }

  /** The form that crosses Temporal. */
  public DecisionView view() {
    return DecisionView.of(decision, waivers);
  }
}
