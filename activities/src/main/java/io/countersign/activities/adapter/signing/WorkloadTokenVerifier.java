package io.countersign.activities.adapter.signing;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.countersign.activities.port.LiveDecisions.WorkloadKey;
import io.countersign.activities.port.WorkloadTokens;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy;
import io.countersign.policy.GatePolicy.Issuer;
import io.countersign.policy.GatePolicy.SystemPolicy;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Verifies workloads' JWTs (RFC 7519, with RFC 8725) against the issuers and systems of one gate
 * policy. Issuer, subject and the one audience must name exactly one system; an audience of a
 * system itself is Vault's and is refused here. {@code exp} is required and at most a day ahead;
 * clocks may differ by {@link #LEEWAY}. Refused: every algorithm that the issuer's entry does not
 * list, {@code crit}, keys in the header, nested tokens, types of other protocols. No message holds
 * a token or a part of one.
 */
public final class WorkloadTokenVerifier implements WorkloadTokens {
  /** How far clocks may differ. */
  public static final Duration LEEWAY = Duration.ofSeconds(10);

  /** The longest that a token may still live. */
  public static final Duration MOST_LIFE = Duration.ofHours(24);

  /** RFC 7519, section 5.1; JOSE is the other that JWT-SVIDs may have. */
  private static final Set<String> TYPES = Set.of("jwt", "jose");

  private record Trusted(Issuer issuer, WorkloadKeys keys) {}

  private final Map<String, Trusted> issuers = new HashMap<>();
  private final Map<String, List<SystemPolicy>> systems = new HashMap<>();
  private final Set<String> vaultAudiences = new HashSet<>();
  private final Verified verified = new Verified();

  /**
   * @param keys opens the keys of an issuer, by its name in the policy
   */
  public WorkloadTokenVerifier(GatePolicy policy, WorkloadKeys.Source keys) {
    policy
        .issuers()
        .forEach((name, issuer) -> issuers.put(name, new Trusted(issuer, keys.of(name, issuer))));
    for (SystemPolicy system : policy.systems()) {
      vaultAudiences.add(system.audience());
      systems
          .computeIfAbsent(system.audience() + DECIDE, audience -> new ArrayList<>())
          .add(system);
    }
  }

  @Override
  public Caller verify(String token, Instant at) {
    if (token.length() > LIMIT) {
      throw bad("it is longer than " + LIMIT + " characters");
    }
    Digest digest = Digest.of(token.getBytes(StandardCharsets.UTF_8));
    Verified.Entry known = verified.get(digest);
    if (known == null) {
      known = read(token);
      verified.put(digest, known);
    }
    requireTimely(known, at);
    return known.caller();
  }

  private Verified.Entry read(String token) {
    SignedJWT jwt = parse(token);
    JWTClaimsSet claims = claims(jwt);
    Found found = found(claims);
    Trusted trusted = found.trusted();
    JWSHeader header = jwt.getHeader();
    if (!trusted.issuer().algorithms().contains(header.getAlgorithm().getName())) {
      throw bad("its algorithm is none of its issuer's");
    }
    WorkloadKeys.Generation keys = trusted.keys().now();
    if (keys.none(header, jwt.getSigningInput(), jwt.getSignature().decode())) {
      trusted.keys().wanted();
      throw bad("its signature is not by a key of its issuer");
    }
    return new Verified.Entry(
        found.caller(),
        time(claims.getExpirationTime(), "exp"),
        optional(claims.getIssueTime()),
        optional(claims.getNotBeforeTime()),
        trusted.keys(),
        keys);
  }

  private static SignedJWT parse(String token) {
    try {
      SignedJWT jwt = SignedJWT.parse(token);
      JWSHeader header = jwt.getHeader();
      JOSEObjectType type = header.getType();
      if (JWSAlgorithm.Family.HMAC_SHA.contains(header.getAlgorithm())
          || header.getCriticalParams() != null
          || !header.isBase64URLEncodePayload()
          || header.getContentType() != null
          || header.getJWK() != null
          || header.getJWKURL() != null
          || header.getX509CertURL() != null
          || header.getX509CertChain() != null
          || (type != null && !TYPES.contains(type.getType().toLowerCase(Locale.ROOT)))) {
        throw bad("its header asks for something that is not taken");
      }
      return jwt;
    } catch (ParseException | IllegalArgumentException e) {
      throw bad("it is not a signed JWT in compact form");
    }
  }

  private static JWTClaimsSet claims(SignedJWT jwt) {
    // Read strictly first, so that no other reader of the token can understand it differently.
    try {
      StrictJson.object("claims", jwt.getPayload().toBytes());
      StrictJson.object("header", jwt.getHeader().getParsedBase64URL().decode());
    } catch (GateException e) {
      throw bad("its header or claims are not one JSON object with every key once");
    }
    try {
      return jwt.getJWTClaimsSet();
    } catch (ParseException e) {
      throw bad("its claims are not of the types of RFC 7519");
    }
  }

  private record Found(Caller caller, Trusted trusted) {}

  /** What a token says only selects; the keys of the issuer that was selected decide. */
  private Found found(JWTClaimsSet claims) {
    String issuer = required(claims.getIssuer(), "iss");
    String subject = required(claims.getSubject(), "sub");
    if (claims.getAudience().size() != 1) {
      throw bad("it is not for exactly one audience");
    }
    String audience = required(claims.getAudience().get(0), "aud");
    if (vaultAudiences.contains(audience)) {
      throw bad("it is for a login, not for decisions");
    }
    List<Found> found = new ArrayList<>();
    collect(issuer, subject, audience, null, found);
    int slash = audience.lastIndexOf('/');
    if (slash > 0) {
      collect(issuer, subject, audience.substring(0, slash), audience.substring(slash + 1), found);
    }
    if (found.size() != 1) {
      throw bad(
          found.isEmpty()
              ? "its issuer, subject and audience are of no system"
              : "its issuer, subject and audience are of more than one system");
    }
    return found.get(0);
  }

  private void collect(
      String issuer, String subject, String audience, @Nullable String version, List<Found> found) {
    for (SystemPolicy system : systems.getOrDefault(audience, List.of())) {
      Trusted trusted = issuers.get(system.issuer());
      if (trusted != null
          && trusted.issuer().issuer().equals(issuer)
          && system.subject().equals(subject)
          && (version == null || isVersion(system, version))) {
        WorkloadKey workload =
            new WorkloadKey(system.environment(), system.name(), system.issuer(), subject);
        found.add(new Found(new Caller(workload, version), trusted));
      }
    }
  }

  private static boolean isVersion(SystemPolicy system, String version) {
    try {
      return new ReleaseId(system.environment(), system.name(), version).version().equals(version);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static void requireTimely(Verified.Entry known, Instant at) {
    if (later(known.issuedAt(), at) || later(known.notBefore(), at)) {
      throw bad("it is not valid yet");
    }
    if (!at.isBefore(known.expiresAt().plus(LEEWAY))) {
      throw bad("it has expired");
    }
    if (known.expiresAt().isAfter(at.plus(MOST_LIFE))) {
      throw bad("it lives longer than " + MOST_LIFE.toHours() + " hours");
    }
  }

  private static boolean later(@Nullable Instant time, Instant at) {
    return time != null && time.isAfter(at.plus(LEEWAY));
  }

  private static String required(@Nullable String value, String claim) {
    if (value == null || value.isBlank()) {
      throw bad("the claim " + claim + " is missing or empty");
    }
    return value;
  }

  private static @Nullable Instant optional(@Nullable Date value) {
    return value == null ? null : value.toInstant();
  }

  private static Instant time(@Nullable Date value, String claim) {
    if (value == null) {
      throw bad("the claim " + claim + " is missing");
    }
    return value.toInstant();
  }

  private static GateException bad(String why) {
    return new GateException(FailureType.BAD_TOKEN, "workload token: " + why);
  }

  /**
   * Tokens whose signatures were verified, so that a workload's second question costs a hash. What
   * was verified by keys that are not the issuer's newest is verified again. Two generations bound
   * the memory.
   */
  private static final class Verified {
    private static final int MOST = 8_192;

    record Entry(
        Caller caller,
        Instant expiresAt,
        @Nullable Instant issuedAt,
        @Nullable Instant notBefore,
        WorkloadKeys keys,
        WorkloadKeys.Generation by) {}

    private volatile Map<Digest, Entry> young = new ConcurrentHashMap<>();
    private volatile Map<Digest, Entry> old = Map.of();

    @Nullable Entry get(Digest token) {
      Entry found = young.get(token);
      if (found == null) {
        found = old.get(token);
      }
      return found == null || found.keys().now() != found.by() ? null : found;
    }

    void put(Digest token, Entry entry) {
      if (young.size() >= MOST) {
        synchronized (this) {
          if (young.size() >= MOST) {
            old = young;
            young = new ConcurrentHashMap<>();
          }
        }
      }
      young.put(token, entry);
    }
  }
}
