package io.countersign.worker.api;

import io.countersign.activities.adapter.signing.RequestStatements;
import io.countersign.activities.port.GateRules;
import io.countersign.activities.port.GateRules.Rules;
import io.countersign.activities.port.SignedRequests;
import io.countersign.activities.port.SignedRequests.Signed;
import io.countersign.activities.signoff.RequestPredicate;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.Approvers.Person;
import io.countersign.policy.Approvers.PersonKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a request in when somebody who may read now has signed exactly it, once. Whoever proves no
 * identity learns nothing about who is listed: the three reasons for that have one answer, and the
 * worker's log has the right one.
 */
final class Doorkeeper {
  /** The most characters of the header's value: an envelope in base64url and the scheme's name. */
  static final int LONGEST = 8 + RequestStatements.LIMIT * 4 / 3 + 4;

  private static final Logger LOG = LoggerFactory.getLogger(Doorkeeper.class);
  private static final String SCHEME = "Countersign ";
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(60);
  private static final int REMEMBERED = 100_000;

  private final GateRules rules;
  private final SignedRequests requests;
  private final String audience;
  private final Clock clock;
  private final Nonces nonces = new Nonces(REMEMBERED);

  /**
   * @param audience how clients address this interface: scheme, host and port
   */
  Doorkeeper(GateRules rules, SignedRequests requests, String audience, Clock clock) {
    this.rules = rules;
    this.requests = requests;
    this.audience = audience;
    this.clock = clock;
  }

  /** The id of the person who may read. */
  String admit(@Nullable String authorization, String method, Target target) {
    Instant at = clock.instant();
    RequestPredicate said = known(envelope(authorization), at);
    if (!said.method().equals(method)
        || !said.path().equals(target.whole())
        || !said.audience().equals(audience)) {
      throw Target.refused("it was signed for '" + said.line() + "'");
    }
    requireInTime(said, at);
    nonces.use(said.person(), said.nonce(), said.expiresAt(), at);
    return said.person();
  }

  /** The id of the person whose pass this is; it is good until it ends, and for payloads alone. */
  String admitByPass(String pass) {
    Instant at = clock.instant();
    RequestPredicate said = known(decoded(pass), at);
    if (!said.path().equals(RequestPredicate.PASS) || !said.audience().equals(audience)) {
      throw Target.refused("it was signed for '" + said.line() + "'");
    }
    requireInTime(said, at);
    return said.person();
  }

  private RequestPredicate known(byte[] envelope, Instant at) {
    Rules now = rules.now();
    Signed signed = signed(envelope, now);
    requireRight(now, signed, at);
    return signed.said();
  }

  private static void requireInTime(RequestPredicate said, Instant at) {
    if (!at.isBefore(said.expiresAt())) {
      throw new GateException(FailureType.EXPIRED, "the request ended at " + said.expiresAt());
    }
    if (said.issuedAt().isAfter(at.plus(CLOCK_SKEW))) {
      throw new GateException(FailureType.NOT_YET_VALID, "the request is dated " + said.issuedAt());
    }
  }

  private Signed signed(byte[] envelope, Rules now) {
    try {
      return requests.request(envelope, now.keys());
    } catch (GateException refusal) {
      switch (refusal.type()) {
        case UNKNOWN_PERSON, UNKNOWN_KEY, BAD_SIGNATURE -> {
          LOG.info("Refused a request: {}", refusal.getMessage());
          throw new GateException(
              FailureType.UNKNOWN_KEY, "nobody who is listed has signed this request");
        }
        default -> throw refusal;
      }
    }
  }

  private static void requireRight(Rules now, Signed signed, Instant at) {
    String id = signed.said().person();
    Person person =
        now.approvers()
            .person(id)
            .orElseThrow(() -> new GateException(FailureType.UNKNOWN_PERSON, id));
    PersonKey key =
        person
            .key(signed.keyId())
            .orElseThrow(() -> new GateException(FailureType.UNKNOWN_KEY, id));
    if (key.revokedAt(at)) {
      throw new GateException(FailureType.KEY_REVOKED, "the key of " + id);
    }
    if (!key.validAt(signed.said().issuedAt()) || !key.validAt(at)) {
      throw new GateException(FailureType.KEY_NOT_VALID, "the key of " + id);
    }
    if (!person.validAt(at)) {
      throw new GateException(FailureType.PERSON_NOT_VALID, id);
    }
    if (!person.mayRead()) {
      throw new GateException(
          FailureType.NOT_ALLOWED, id + " holds no right; 'read: true' in approvers.yaml gives it");
    }
  }

  private static byte[] envelope(@Nullable String authorization) {
    if (authorization == null || !authorization.startsWith(SCHEME)) {
      throw new GateException(
          FailureType.BAD_SIGNATURE,
          "the header 'Authorization: Countersign <signed request>' is missing");
    }
    if (authorization.length() > LONGEST) {
      throw new GateException(FailureType.OVERSIZED, "the header Authorization");
    }
    return decoded(authorization.substring(SCHEME.length()));
  }

  private static byte[] decoded(String envelope) {
    if (envelope.length() > LONGEST) {
      throw new GateException(FailureType.OVERSIZED, "the signed request");
    }
    try {
      return Base64.getUrlDecoder().decode(envelope);
    } catch (IllegalArgumentException e) {
      throw new GateException(FailureType.UNREADABLE, "Authorization: allowed is base64url");
    }
  }
}
