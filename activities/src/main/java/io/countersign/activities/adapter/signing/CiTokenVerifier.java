package io.countersign.activities.adapter.signing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.countersign.activities.port.CiTokens;
import io.countersign.activities.signoff.CiIdentity;
import io.countersign.activities.signoff.CiToken;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy;
import io.countersign.release.Digest;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Verifies the identity tokens of CI runs, for example of GitHub Actions and GitLab, against the
 * rules of {@code gate.yaml}. No message of this class holds a token or a part of one.
 */
public final class CiTokenVerifier implements CiTokens {
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256, JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519);

  private static final Duration LEEWAY = Duration.ofSeconds(30);

  /**
   * The longest that a token may live, whatever it says: GitHub's and GitLab's live minutes to a
   * job's length.
   */
  private static final Duration MOST_AGE = Duration.ofHours(1);

  private static final int RSA_LEAST_BITS = 2_048;
  private static final int CLAIM_LIMIT = 512;

  /** What the record keeps of a token: where the run comes from. */
  private static final List<String> KEPT =
      List.of(
          "repository",
          "repository_id",
          "repository_owner",
          "repository_owner_id",
          "ref",
          "ref_type",
          "ref_protected",
          "workflow_ref",
          "job_workflow_ref",
          "environment",
          "actor",
          "actor_id",
          "sha",
          "run_id",
          "run_attempt",
          "event_name",
          "project_path",
          "project_id",
          "namespace_path",
          "user_login",
          "user_id",
          "user_email",
          "pipeline_id",
          "job_id",
          "pipeline_source",
          "ci_config_ref_uri");

  private record Source(GatePolicy.CiRule rule, CiIssuerKeys keys) {}

  private final List<Source> sources;

  /**
   * @param rules the rules of the gate policy
   * @param directory where the policy's relative paths start
   */
  public CiTokenVerifier(List<GatePolicy.CiRule> rules, Path directory) {
    List<Source> opened = new ArrayList<>();
    for (GatePolicy.CiRule rule : rules) {
      if (rule.claims().isEmpty() || rule.claims().values().stream().anyMatch(List::isEmpty)) {
        throw new GateException(
            FailureType.INVALID_GATE_POLICY,
            "ci: "
                + rule.name()
                + ": claims must name at least one claim, each with at least one value");
      }
      opened.add(new Source(rule, CiIssuerKeys.of(rule, directory)));
    }
    this.sources = List.copyOf(opened);
  }

  @Override
  public CiIdentity verify(CiToken token, String audience, Instant at) {
    SignedJWT jwt = parse(token);
    JWTClaimsSet claims = claims(jwt);
    GatePolicy.CiRule rule = verifiedBy(jwt, claims);
    requireAudience(claims, audience);
    Instant expiresAt = requireTimely(claims, at);
    Map<String, String> kept = kept(claims, rule);
    String actor = rule.personClaim() == null ? null : text(claims, rule.personClaim());
    if (rule.personClaim() != null && (actor == null || actor.isBlank())) {
      throw bad(
          "the claim "
              + rule.personClaim()
              + ", which names the person behind the run, is missing");
    }
    return new CiIdentity(
        rule.name(),
        rule.issuer(),
        required(claims.getSubject(), "sub"),
        tokenId(jwt, claims),
        expiresAt,
        kept,
        actor);
  }

  private static SignedJWT parse(CiToken token) {
    SignedJWT jwt;
    try {
      jwt = SignedJWT.parse(token.reveal());
    } catch (ParseException | IllegalArgumentException e) {
      throw bad("it is not a signed JWT in compact form");
    }
    if (!ALGORITHMS.contains(jwt.getHeader().getAlgorithm())) {
      throw bad("its algorithm is not one of RS256, ES256 and EdDSA");
    }
    if (jwt.getHeader().getCriticalParams() != null
        || !jwt.getHeader().isBase64URLEncodePayload()) {
      throw bad("its header asks for an extension");
    }
    return jwt;
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

  /** The issuer only selects rules; the keys of the rule decide. */
  private GatePolicy.CiRule verifiedBy(SignedJWT jwt, JWTClaimsSet claims) {
    String issuer = required(claims.getIssuer(), "iss");
    List<Source> ofIssuer =
        sources.stream().filter(source -> source.rule.issuer().equals(issuer)).toList();
    if (ofIssuer.isEmpty()) {
      throw bad("its issuer is in no rule of the gate policy");
    }
    boolean signed = false;
    for (Source source : ofIssuer) {
      if (signedBy(jwt, source.keys)) {
        signed = true;
        if (source.rule.claims().entrySet().stream()
            .allMatch(claim -> holds(claims, claim.getKey(), claim.getValue()))) {
          return source.rule;
        }
      }
    }
    throw bad(
        signed
            ? "its claims fit no rule of the gate policy"
            : "its signature is not by a key of its issuer");
  }

  private static boolean signedBy(SignedJWT jwt, CiIssuerKeys keys) {
    JWKMatcher matcher = JWKMatcher.forJWSHeader(jwt.getHeader());
    return keys.matching(new JWKSelector(matcher)).stream().anyMatch(key -> signedBy(jwt, key));
  }

  private static boolean signedBy(SignedJWT jwt, JWK key) {
    JWSHeader header = jwt.getHeader();
    try {
      if (header.getAlgorithm().equals(JWSAlgorithm.RS256)
          && key instanceof RSAKey rsa
          && rsa.size() >= RSA_LEAST_BITS) {
        return jwt.verify(new RSASSAVerifier(rsa.toRSAPublicKey()));
      }
      if (header.getAlgorithm().equals(JWSAlgorithm.ES256)
          && key instanceof ECKey ec
          && ec.getCurve().equals(Curve.P_256)) {
        return jwt.verify(new ECDSAVerifier(ec.toECPublicKey()));
      }
      boolean edwards =
          !header.getAlgorithm().equals(JWSAlgorithm.RS256)
              && !header.getAlgorithm().equals(JWSAlgorithm.ES256);
      return edwards
          && key instanceof OctetKeyPair pair
          && pair.getCurve().equals(Curve.Ed25519)
          && OpenSsh.rawPublic(pair.getDecodedX())
              .verify(jwt.getSigningInput(), jwt.getSignature().decode());
    } catch (JOSEException | IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean holds(JWTClaimsSet claims, String name, List<String> allowed) {
    String value = text(claims, name);
    return value != null && allowed.contains(value);
  }

  private static void requireAudience(JWTClaimsSet claims, String audience) {
    if (!claims.getAudience().equals(List.of(audience))) {
      throw bad("its audience is not exactly " + audience);
    }
  }

  private static Instant requireTimely(JWTClaimsSet claims, Instant at) {
    Instant issuedAt = time(claims.getIssueTime(), "iat");
    Instant expiresAt = time(claims.getExpirationTime(), "exp");
    Date notBefore = claims.getNotBeforeTime();
    if (issuedAt.isAfter(at.plus(LEEWAY))
        || (notBefore != null && notBefore.toInstant().isAfter(at.plus(LEEWAY)))) {
      throw bad("it is not valid yet");
    }
    if (!at.isBefore(expiresAt.plus(LEEWAY))) {
      throw bad("it has expired");
    }
    if (at.isAfter(issuedAt.plus(MOST_AGE).plus(LEEWAY))) {
      throw bad("it is older than " + MOST_AGE.toMinutes() + " minutes");
    }
    return expiresAt;
  }

  private static Map<String, String> kept(JWTClaimsSet claims, GatePolicy.CiRule rule) {
    Map<String, String> kept = new TreeMap<>();
    for (String name : KEPT) {
      keep(claims, name, kept);
    }
    rule.claims().keySet().forEach(name -> keep(claims, name, kept));
    return kept;
  }

  private static void keep(JWTClaimsSet claims, String name, Map<String, String> kept) {
    String value = text(claims, name);
    if (value != null && value.length() <= CLAIM_LIMIT) {
      kept.put(name, value);
    }
  }

  private static String tokenId(SignedJWT jwt, JWTClaimsSet claims) {
    String id = claims.getJWTID();
    return id != null && !id.isBlank() && id.length() <= CLAIM_LIMIT
        ? id
        : Digest.of(jwt.getSigningInput()).toString();
  }

  /**
   * A claim as text; GitLab writes some as text that GitHub writes as numbers. Lists and objects
   * are none.
   */
  private static @Nullable String text(JWTClaimsSet claims, String name) {
    Object value = claims.getClaim(name);
    return value instanceof String || value instanceof Number || value instanceof Boolean
        ? value.toString()
        : null;
  }

  private static String required(@Nullable String value, String claim) {
    if (value == null || value.isBlank() || value.length() > CLAIM_LIMIT) {
      throw bad(
          "the claim "
              + claim
              + " is missing, empty or longer than "
              + CLAIM_LIMIT
              + " characters");
    }
    return value;
  }

  private static Instant time(@Nullable Date value, String claim) {
    if (value == null) {
      throw bad("the claim " + claim + " is missing");
    }
    return value.toInstant();
  }

  private static GateException bad(String why) {
    return new GateException(FailureType.BAD_TOKEN, "CI token: " + why);
  }
}
