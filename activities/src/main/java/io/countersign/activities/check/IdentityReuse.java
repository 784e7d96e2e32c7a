package io.countersign.activities.check;

import io.countersign.check.Severity;
import io.countersign.policy.GatePolicy.Issuer;
import io.countersign.policy.GatePolicy.SystemPolicy;
import io.countersign.release.ReleaseId;

/**
 * Who else logs in as the workload of a release: a workload that is two things to Vault holds the
 * rights of both.
 */
record IdentityReuse(CheckContext context, Issuer issuer, boolean allowed) {
  void look(CheckFindings found) {
    SystemPolicy own = context.system();
    for (SystemPolicy other : context.policy().systems()) {
      boolean self =
          other.name().equals(own.name()) && other.environment().equals(own.environment());
      if (!self && other.subject().equals(own.subject()) && sameIssuer(other)) {
        told(
            "identity-of-two-systems",
            other.environment()
                + "/"
                + other.name()
                + " has the same workload identity"
                + (other.audience().equals(own.audience())
                    ? " and audience: a token for one is a token for the other"
                    : ""),
            "systems",
            found);
      }
    }
    ReleaseId predecessor = context.predecessor() == null ? null : context.predecessor().id();
    for (LiveNeighbour neighbour : context.world().liveNeighbours()) {
      if (neighbour.isWorkload(issuer.issuer(), own.subject())
          && !neighbour.id().equals(predecessor)) {
        told(
            "identity-reused",
            neighbour.id() + ", which is live, has the same workload identity",
            "workload.identity",
            found);
      }
    }
  }

  private boolean sameIssuer(SystemPolicy other) {
    Issuer theirs = context.policy().issuers().get(other.issuer());
    return theirs != null && theirs.issuer().equals(issuer.issuer());
  }

  private void told(String id, String what, String where, CheckFindings found) {
    if (allowed) {
      found.note(id, Severity.MEDIUM, what, where);
    } else {
      found.fail(id, Severity.HIGH, what, where);
    }
  }
}
