package io.countersign.worker.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.countersign.activities.port.SecretText;
import io.countersign.grant.Slot;
import io.countersign.grant.SystemRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A stand-in for the workload of a release and for the platform that signs its JWTs: logs in to
 * Vault as Vault Agent would and reads secrets. The gate never sees its tokens.
 */
public final class DemoWorkload implements Workload {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EVERY_RELEASE_READS = "kv/data/fraud/scoring";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final URI vault;
  private final String issuer;
  private final String subject;
  private final String audience;
  private final ECPrivateKey platformKey;

  /**
   * @param platformKey the P-256 key of the issuer
   */
  public DemoWorkload(
      URI vault, String issuer, String subject, String audience, ECPrivateKey platformKey) {
    this.vault = vault;
    this.issuer = issuer;
    this.subject = subject;
    this.audience = audience;
    this.platformKey = platformKey;
  }

  /** Logs in with a fresh JWT; empty when Vault refuses. */
  public Optional<SecretText> login(SystemRef system, Slot slot, String role) {
    JsonNode answer =
        send(
            "POST",
            "/v1/auth/" + system.mount(slot) + "/login",
            null,
            Map.of("role", role, "jwt", token(audience).reveal()));
    String token = answer.path("auth").path("client_token").asText();
    return token.isEmpty() ? Optional.empty() : Optional.of(SecretText.of(token));
  }

  @Override
  public Optional<SecretText> login(SystemRef system, String role) {
    return login(system, Slot.A, role).or(() -> login(system, Slot.B, role));
  }

  @Override
  public int read(SecretText token, String path) {
    return send("GET", "/v1/" + path, token, null).path("status").asInt();
  }

  @Override
  public boolean alive(SecretText token) {
    // A role gives no default policy, so not even lookup-self: a live token shows by opening its
    // one door.
    return read(token, EVERY_RELEASE_READS) == 200;
  }

  /** A fresh JWT of this workload for an audience, good for five minutes. */
  public SecretText token(String forAudience) {
    Instant now = Instant.now();
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader(JWSAlgorithm.ES256),
            new JWTClaimsSet.Builder()
                .issuer(issuer)
                .subject(subject)
                .audience(forAudience)
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now.minusSeconds(5)))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .build());
    try {
      jwt.sign(new ECDSASigner(platformKey));
    } catch (JOSEException e) {
      throw new IllegalStateException("a P-256 key signs ES256", e);
    }
    return SecretText.of(jwt.serialize());
  }

  private JsonNode send(
      String method, String path, @Nullable SecretText token, @Nullable Map<String, String> body) {
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(vault.resolve(path))
              .timeout(PATIENCE)
              .method(
                  method,
                  body == null
                      ? HttpRequest.BodyPublishers.noBody()
                      : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)));
      if (token != null) {
        request.header("X-Vault-Token", token.reveal());
      }
      HttpResponse<String> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      JsonNode answer =
          response.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(response.body());
      return JSON.createObjectNode()
          .put("status", response.statusCode())
          .set("auth", answer.path("auth"));
    } catch (IOException e) {
      throw new UncheckedIOException("Vault did not answer the workload", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
