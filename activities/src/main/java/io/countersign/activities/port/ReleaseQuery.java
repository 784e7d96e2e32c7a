package io.countersign.activities.port;

import io.countersign.grant.SystemRef;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.StatementRules;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which releases of the record to list. What is null is not asked for.
 *
 * @param person who submitted, signed, ordered or was refused by name there
 * @param since submitted at or after it
 * @param after the last release of the page before; the page begins behind it
 * @param limit the most that are answered, 1 to 1,000
 */
public record ReleaseQuery(
    @Nullable String environment,
    @Nullable String system,
    @Nullable GateState state,
    @Nullable String tier,
    @Nullable String person,
    @Nullable Instant since,
    @Nullable ReleaseId after,
    int limit) {
  /** The most that one page answers. */
  public static final int MOST = 1_000;

  private static final String ANY = "x";

  public ReleaseQuery {
    new SystemRef(environment == null ? ANY : environment, system == null ? ANY : system);
    requireTier(tier);
    if (person != null) {
      StatementRules.name("person", person);
    }
    if (limit < 1 || limit > MOST) {
      throw new IllegalArgumentException("limit: found " + limit + ", allowed is 1 to " + MOST);
    }
  }

  /** Everything, from the newest. */
  public static ReleaseQuery all(int limit) {
    return new ReleaseQuery(null, null, null, null, null, null, null, limit);
  }

  /** The same, from behind this release. */
  public ReleaseQuery after(ReleaseId last) {
    return new ReleaseQuery(environment, system, state, tier, person, since, last, limit);
  }

  /** Tiers have the alphabet of systems. */
  private static void requireTier(@Nullable String tier) {
    try {
      new SystemRef(ANY, tier == null ? ANY : tier);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "tier: allowed is 1 to 32 of a-z 0-9 - beginning and ending with a letter or digit");
    }
  }
}
