package io.countersign.activities.signoff;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The CI run that a token proves.
 *
 * @param rule the name of the rule in {@code gate.yaml} that let it in
 * @param tokenId the token's {@code jti}, or a digest where the issuer writes none
 * @param claims the claims that say where the run comes from, by name; texts only
 * @param actor who started the run, as the issuer names them; mapped to a person elsewhere
 */
public record CiIdentity(
    String rule,
    String issuer,
    String subject,
    String tokenId,
    Instant expiresAt,
    Map<String, String> claims,
    @Nullable String actor) {
  public CiIdentity {
    claims = Collections.unmodifiableMap(new TreeMap<>(claims));
  }

  public Optional<String> claim(String name) {
    return Optional.ofNullable(claims.get(name));
  }
}
