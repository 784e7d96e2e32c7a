package io.countersign.activities.signoff;

import io.countersign.signoff.StatementRules;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * What a request to read says, not yet signed or not yet verified. It is good for one request, or
 * as a pass ({@link #PASS}) for every reading of payloads until it ends.
 *
 * @param method of HTTP; GET alone
 * @param audience where it is sent: scheme, host and port of the interface, without a path
 * @param path of the request with its query, byte for byte
 * @param expiresAt at most {@link #LIFE} after {@code issuedAt}, a pass {@link #PASS_LIFE}
 */
public record RequestPredicate(
    String person,
    String method,
    String audience,
    String path,
    Instant issuedAt,
    Instant expiresAt,
    String nonce) {
  /** The longest that a request may be good for. */
  public static final Duration LIFE = Duration.ofMinutes(5);

  /**
   * The path that a pass names: a request for it is good for every reading of payloads until it
   * ends, because browsers and the {@code temporal} command cannot sign.
   */
  public static final String PASS = "/codec";

  /** The longest that a pass may be good for. */
  public static final Duration PASS_LIFE = Duration.ofHours(12);

  private static final Pattern AUDIENCE = Pattern.compile("https?://[A-Za-z0-9.:\\[\\]-]{1,280}");
  private static final Pattern PATH = Pattern.compile("/[!-~]{1,999}");

  public RequestPredicate {
    StatementRules.name("person", person);
    if (!method.equals("GET")) {
      throw new IllegalArgumentException("method: allowed is GET");
    }
    if (!AUDIENCE.matcher(audience).matches()) {
      throw new IllegalArgumentException("audience: allowed is http(s)://host:port without a path");
    }
    if (!PATH.matcher(path).matches()) {
      throw new IllegalArgumentException(
          "path: allowed are 2 to 1,000 printable ASCII characters without blanks, beginning with"
              + " '/'");
    }
    StatementRules.period(issuedAt, expiresAt);
    Duration longest = path.equals(PASS) ? PASS_LIFE : LIFE;
    if (issuedAt.plus(longest).isBefore(expiresAt)) {
      throw new IllegalArgumentException(
          "expiresAt: allowed is at most " + longest.toMinutes() + " minutes after issuedAt");
    }
    StatementRules.nonce(nonce);
  }

  /** What is asked for, on one line: what the statement's subject is the digest of. */
  public String line() {
    return method + " " + audience + path;
  }
}
