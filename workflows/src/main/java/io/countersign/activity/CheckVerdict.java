package io.countersign.activity;

import io.countersign.release.Digest;

/**
 * The small answer of every check; the signed result is in the record under this digest.
 *
 * @param outcome {@code pass} or {@code fail}
 * @param summary one line for operators
 * @param statement digest of the signed statement
 */
public record CheckVerdict(String check, String outcome, String summary, Digest statement) {}
