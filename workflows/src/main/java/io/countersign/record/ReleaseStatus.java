package io.countersign.record;

import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a release stands as last told by its workflow. Information for readers; no decision may rest
 * on it.
 *
 * @param state 1 to 32 of {@code A-Z _}
 * @param completedAt when the release came to its end, if it did
 */
public record ReleaseStatus(String state, Instant at, @Nullable Instant completedAt) {
  /** Stands for a told LIVE that no live grant in the record agrees with. */
  public static final String UNCONFIRMED = "UNCONFIRMED";

  private static final String LIVE = "LIVE";
  private static final Pattern STATE = Pattern.compile("[A-Z_]{1,32}");

  public ReleaseStatus {
    if (!STATE.matcher(state).matches()) {
      throw new IllegalArgumentException("status: state must be 1 to 32 of A-Z _");
    }
  }

  /** As readers see it where the record has no live grant: nothing is LIVE by being told. */
  public ReleaseStatus withoutLiveGrant() {
    return LIVE.equals(state) ? new ReleaseStatus(UNCONFIRMED, at, completedAt) : this;
  }

  /**
   * What is told next: a state that is older than this one changes nothing, and an end stays an
   * end.
   */
  public ReleaseStatus then(ReleaseStatus next) {
    if (next.at.isBefore(at)) {
      return this;
    }
    return completedAt == null ? next : new ReleaseStatus(next.state, next.at, completedAt);
  }
}
