package io.countersign.policy;

import io.countersign.policy.Supplier.Withdrawal;
import io.countersign.release.Manifest;
import io.countersign.release.Manifest.Dependency;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A dependency whose supplier is not to be used any more. The rules that a release was frozen under
 * say what it may use; the rules that are in force say what is taken away.
 */
public record Withdrawn(String dependency, String supplier, String reason) {
  /** The dependencies of a release that a gate policy withdraws at a time, in its order. */
  public static List<Withdrawn> of(GatePolicy policy, Manifest manifest, Instant at) {
    List<Withdrawn> found = new ArrayList<>();
    List<Dependency> dependencies = manifest.dependencies();
    for (Dependency dependency : dependencies == null ? List.<Dependency>of() : dependencies) {
      for (Supplier supplier : policy.suppliers()) {
        supplier
            .withdrawnAt(at)
            .filter(withdrawal -> supplier.supplies(dependency))
            .map(Withdrawal::reason)
            .ifPresent(
                reason -> found.add(new Withdrawn(dependency.name(), supplier.name(), reason)));
      }
    }
    return List.copyOf(found);
  }

  @Override
  public String toString() {
    return "supplier " + supplier + " of " + dependency + " is withdrawn: " + reason;
  }
}
