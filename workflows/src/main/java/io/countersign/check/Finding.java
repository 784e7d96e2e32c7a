package io.countersign.check;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a check found.
 *
 * @param id stable name of the kind of finding, for example {@code digest-mismatch}
 * @param message one line for people, at most 1,000 characters
 * @param evidence what it was found in, for example a file or a policy with its path; at most 1,000
 *     characters
 */
public record Finding(String id, Severity severity, String message, @Nullable String evidence) {
  static final int TEXT_LIMIT = 1_000;
  private static final Pattern ID = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?");

  public Finding {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("finding: id: allowed are 1 to 64 of a-z 0-9 -");
    }
    CheckText.requireLine("finding: message", message, TEXT_LIMIT);
    if (evidence != null) {
      CheckText.requireLine("finding: evidence", evidence, TEXT_LIMIT);
    }
  }
}
