package io.countersign.activities.check;

import io.countersign.release.Manifest;
import io.countersign.release.ReleaseId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Another release that holds access now.
 *
 * @param issuer the {@code iss} of its workload's tokens
 * @param policyBodies its Vault policies as they were frozen with it, by name
 */
public record LiveNeighbour(
    ReleaseId id, Manifest manifest, String issuer, SortedMap<String, String> policyBodies) {
  public LiveNeighbour {
    policyBodies = Collections.unmodifiableSortedMap(new TreeMap<>(policyBodies));
  }

  /** Whether its workload is the one that these two name. */
  public boolean isWorkload(String otherIssuer, String subject) {
    return issuer.equals(otherIssuer) && manifest.workload().identity().equals(subject);
  }
}
