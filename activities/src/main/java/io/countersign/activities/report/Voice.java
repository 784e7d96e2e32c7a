package io.countersign.activities.report;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One thing that somebody said about the release, accepted or refused (invariant I5).
 *
 * @param seq its entry
 * @param at when it was recorded
 * @param person who is said to have said it; proved where {@code key} is there
 * @param said the word of the statement, for example {@code approve}; a waiver with its check
 * @param reason in the person's words
 * @param signedAt as the statement says
 * @param key SHA-256 of the key that verifies, hex; null where none of the person's listed keys
 *     does, or the statement is not in the record
 * @param statement SHA-256 of what was signed, hex; empty where the record does not name it
 * @param refusal why it was refused; null when it was accepted
 * @param countedIn entry of the last decision that counted it
 * @param bearer whom Temporal had authenticated as the sender, as {@code <type>:<name>}; null where
 *     it told nobody. Not proved by anything
 */
public record Voice(
    long seq,
    Instant at,
    Kind kind,
    String person,
    @Nullable String function,
    String said,
    @Nullable String reason,
    @Nullable Instant signedAt,
    @Nullable String key,
    String statement,
    @Nullable Refusal refusal,
    @Nullable Long countedIn,
    @Nullable String bearer) {

  /** What kind of statement it is. */
  public enum Kind {
    SUBMISSION,
    SIGN_OFF,
    ORDER,
    UNKNOWN
  }

  /**
   * @param type the catalogue's name
   * @param sentence the catalogue's sentence; empty for a name that it does not have
   */
  public record Refusal(String type, String sentence, @Nullable String detail) {}

  /** What was said, with the function that it was said for. */
  public String act() {
    return function == null ? said : said + " for " + function;
  }

  public boolean accepted() {
    return refusal == null;
  }
}
