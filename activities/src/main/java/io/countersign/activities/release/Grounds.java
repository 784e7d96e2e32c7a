package io.countersign.activities.release;

import io.countersign.check.CheckResult;
import io.countersign.decision.Decision;
import io.countersign.release.Digest;
import io.countersign.signoff.SignOff;
import java.util.List;

/**
 * A decision and what it rests on.
 *
 * @param round the review round that it is about
 * @param review the review that people signed
 * @param checks the results of that round
 * @param signOffs what had arrived, counting or not
 */
public record Grounds(
    int round, Digest review, List<CheckResult> checks, List<SignOff> signOffs, Decision decision) {
  public Grounds {
    checks = List.copyOf(checks);
    signOffs = List.copyOf(signOffs);
  }
}
