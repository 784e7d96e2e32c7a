package io.countersign.activities.check.scope;

import io.countersign.activities.check.CheckContext;
import io.countersign.activities.check.CheckFindings;
import io.countersign.activities.check.LiveNeighbour;
import io.countersign.activities.scope.VaultPolicies;
import io.countersign.check.Severity;
import io.countersign.release.AccessDiff;
import io.countersign.release.ReleaseId;
import io.countersign.release.ScopeRule;
import io.countersign.release.ScopeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What else is live and reaches the same paths. Releases under one workload identity hold one scope
 * in effect: their workload can log in to each of them.
 */
record Neighbours(CheckContext context, ScopeView scope, boolean sharing) {
  private static final Set<String> WRITING = Set.of("create", "update", "patch", "delete");

  /** Lines about one neighbour; the rest is counted. */
  private static final int TOLD = 3;

  void look(CheckFindings found) {
    String issuer = issuer();
    String subject = context.manifest().workload().identity();
    ReleaseId predecessor = context.predecessor() == null ? null : context.predecessor().id();
    List<LiveNeighbour> all = context.world().liveNeighbours();
    int shared = 0;
    for (LiveNeighbour neighbour : all) {
      boolean same = neighbour.isWorkload(issuer, subject);
      shared += same ? 1 : 0;
      if (neighbour.id().equals(predecessor)) {
        continue;
      }
      ScopeView theirs = scope(neighbour, found);
      if (same) {
        together(neighbour, theirs, found);
      } else {
        overlap(neighbour, theirs, found);
      }
    }
    found.measure("liveNeighbours", Integer.toString(all.size()));
    found.measure("sameWorkload", Integer.toString(shared));
  }

  private String issuer() {
    var issuer = context.policy().issuers().get(context.system().issuer());
    return issuer == null ? context.system().issuer() : issuer.issuer();
  }

  private static ScopeView scope(LiveNeighbour neighbour, CheckFindings found) {
    try {
      return VaultPolicies.scope(neighbour.policyBodies());
    } catch (IllegalArgumentException e) {
      found.note(
          "overlap-not-known",
          Severity.MEDIUM,
          "the policies of " + neighbour.id() + ", which is live, are not understood",
          "access.policies");
      return ScopeView.empty();
    }
  }

  private void together(LiveNeighbour neighbour, ScopeView theirs, CheckFindings found) {
    List<String> gains = new ArrayList<>();
    gains.addAll(AccessDiff.paths("this one may then also ", scope, theirs));
    gains.addAll(AccessDiff.paths(neighbour.id() + " may then also ", theirs, scope));
    String what =
        neighbour.id()
            + " is live under the same workload identity: the two hold one scope in effect"
            + (gains.isEmpty() ? "" : "; " + told(gains));
    if (sharing) {
      found.note("shared-identity", Severity.MEDIUM, what, "workload.identity");
    } else {
      found.fail("shared-identity", Severity.HIGH, what, "workload.identity");
    }
  }

  private void overlap(LiveNeighbour neighbour, ScopeView theirs, CheckFindings found) {
    List<String> lines = new ArrayList<>();
    boolean written = false;
    for (ScopeRule mine : scope.rules()) {
      for (ScopeRule other : theirs.rules()) {
        if (!mine.denies() && !other.denies() && mine.path().overlaps(other.path())) {
          lines.add("may also " + AccessDiff.words(other));
          written |= writes(mine) || writes(other);
        }
      }
    }
    if (!lines.isEmpty()) {
      found.note(
          "overlap",
          written ? Severity.MEDIUM : Severity.LOW,
          neighbour.id() + ", which is live, " + told(lines.stream().distinct().toList()),
          "access.policies");
    }
  }

  private static boolean writes(ScopeRule rule) {
    return rule.capabilities().stream().anyMatch(WRITING::contains);
  }

  private static String told(List<String> lines) {
    return String.join(", ", lines.subList(0, Math.min(TOLD, lines.size())))
        + (lines.size() > TOLD ? " and " + (lines.size() - TOLD) + " more" : "");
  }
}
