package io.countersign.record;

import java.util.regex.Pattern;

/**
 * The idempotency key of one grant, unique in its release: every attempt to make the same grant has
 * the same key, a second grant of the release (after a rollback to it) has another. 1 to 200
 * printable ASCII characters.
 */
public record GrantRequestKey(String text) {
  private static final Pattern FORM = Pattern.compile("[!-~]{1,200}");

  public GrantRequestKey {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "grant key: allowed are 1 to 200 printable ASCII characters");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
