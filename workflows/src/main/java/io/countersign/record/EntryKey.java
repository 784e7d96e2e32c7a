package io.countersign.record;

import io.countersign.failure.FailureType;
import io.countersign.release.Digest;
import java.util.regex.Pattern;

/**
 * The idempotency key of one entry, unique in its release: 1 to 200 printable ASCII characters
 * without blanks. A key is derived from what the entry tells, never from the attempt that writes
 * it.
 */
public record EntryKey(String text) {
  private static final Pattern FORM = Pattern.compile("[!-~]{1,200}");

  public EntryKey {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "entry key: allowed are 1 to 200 printable ASCII characters");
    }
  }

  /** The one result of a check in a review round. */
  public static EntryKey check(int round, String check) {
    return new EntryKey("check/" + round + "/" + check);
  }

  /** A sign-off, by the digest of its envelope. */
  public static EntryKey signOff(Digest envelope) {
    return new EntryKey("sign-off/" + envelope.hex());
  }

  /** An order, by the digest of its envelope. */
  public static EntryKey order(Digest envelope) {
    return new EntryKey("order/" + envelope.hex());
  }

  /** A refusal, by the digest of what was sent and the reason. */
  public static EntryKey refusal(Digest message, FailureType reason) {
    return new EntryKey("refusal/" + message.hex() + "/" + reason.name());
  }

  @Override
  public String toString() {
    return text;
  }
}
