package io.countersign.activities.adapter.vault;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.util.regex.Pattern;

/**
 * Texts from files that end up in Vault paths, HCL or comma-separated parameters. Refused is
 * whatever could mean something there: quotes, backslashes, control characters, {@code *} and
 * {@code +} (patterns), {@code ,} (a second value), <code>${</code> (HCL and Terraform templates).
 */
final class VaultNames {
  private static final Pattern POLICY = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");
  private static final Pattern CLAIM =
      Pattern.compile(
          "[!-~&&[^\"\\\\*,'`${}]](?:[ -~&&[^\"\\\\*,'`${}]]{0,254}[!-~&&[^\"\\\\*,'`${}]])?");
  private static final Pattern LEASE_PREFIX =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)+");

  private VaultNames() {}

  /** The name of an access policy; {@code root} and {@code default} are refused. */
  static String policy(String name) {
    if (!POLICY.matcher(name).matches() || name.equals("root") || name.equals("default")) {
      throw refused(
          "policy name: allowed is 1 to 63 of a-z 0-9 _ - beginning with a letter or digit, not root or default");
    }
    return name;
  }

  /**
   * A subject, audience or issuer: printable ASCII that no parser between here and Vault takes for
   * anything else.
   */
  static String claim(String field, String value) {
    if (!CLAIM.matcher(value).matches()) {
      throw refused(
          field
              + ": allowed is 1 to 256 of printable ASCII without quotes, backslash, comma, * $ { }");
    }
    return value;
  }

  /** Where dynamic secrets are leased, for example {@code database/creds/fraud-ro}. */
  static String leasePrefix(String prefix) {
    if (!LEASE_PREFIX.matcher(prefix).matches()
        || prefix.contains("..")
        || prefix.startsWith("auth/")) {
      throw refused(
          "lease prefix: allowed is <mount>/<path> of A-Z a-z 0-9 . _ -, not below auth/");
    }
    return prefix;
  }

  private static GateException refused(String detail) {
    return new GateException(FailureType.OUTSIDE_POLICY, detail);
  }
}
