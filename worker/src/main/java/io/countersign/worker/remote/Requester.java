package io.countersign.worker.remote;

import io.countersign.activities.adapter.signing.DsseEnvelope;
import io.countersign.activities.adapter.signing.RequestStatements;
import io.countersign.activities.adapter.signing.StatementWriter;
import io.countersign.activities.signoff.RequestPredicate;
import io.countersign.activities.signoff.SigningKey;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;

/** Signs requests in the name of one person. */
public final class Requester {
  private static final Duration LIFE = Duration.ofMinutes(2);

  private final String person;
  private final SigningKey key;
  private final Clock clock;

  public Requester(String person, SigningKey key, Clock clock) {
    this.person = person;
    this.key = key;
    this.clock = clock;
  }

  /** The value of the header {@code Authorization} for one GET of this path and query. */
  public String authorization(URI audience, String path) {
    return "Countersign " + signed(audience, path, LIFE);
  }

  /**
   * A pass to read payloads at a worker's codec endpoint; whoever holds it may, until it ends.
   *
   * @param life at most {@link RequestPredicate#PASS_LIFE}
   */
  public String pass(URI audience, Duration life) {
    return signed(audience, RequestPredicate.PASS, life);
  }

  private String signed(URI audience, String path, Duration life) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    byte[] statement =
        RequestStatements.write(
            new RequestPredicate(
                person,
                "GET",
                audience.toString(),
                path,
                now,
                now.plus(life),
                StatementWriter.nonce()));
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(DsseEnvelope.sign(statement, key).write());
  }
}
