package io.countersign.activities.adapter.vault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.countersign.activities.engine.EngineBinaries;
import io.countersign.activities.engine.VaultServer;
import io.countersign.activities.port.SecretText;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.Slot;
import io.countersign.grant.SystemRef;
import io.countersign.policy.StaticSecrets;
import io.countersign.release.Span;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * One real server with a secret, its policies, a workload issuer and as many onboarded systems as
 * asked for.
 */
final class VaultFixture implements AutoCloseable {
  static final String SUBJECT = "spiffe://prod.example.com/fraud-scorer";
  static final String AUDIENCE = "vault";
  static final String ISSUER = "https://issuer.example.com";
  static final String POLICY = "fraud-read";
  static final String OTHER_POLICY = "fraud-tools";

  /** Agreed to, and not written yet. */
  static final String MISSING_POLICY = "fraud-missing";

  static final String POLICY_BODY =
      """
      path "secret/data/fraud" { capabilities = ["read"] }
      path "auth/token/create" { capabilities = ["update"] }
      path "rabbitmq/creds/fraud" { capabilities = ["read"] }
      """;
  static final Span MAX_TTL = Span.parse("1h");
  static final Span MAX_VALIDITY = Span.parse("1d");
  static final Duration SETTLE = Duration.ofMillis(200);

  private static final ObjectMapper JSON = new ObjectMapper();

  final VaultServer server;
  final VaultSettings settings;
  private final Path directory;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ECKey issuerKey;
  private final List<SystemOnboarding> systems = new ArrayList<>();
  private final List<String> dynamicSecrets = new ArrayList<>();
  private final List<StaticSecrets> staticSecrets = new ArrayList<>();

  private VaultFixture(Path binary) throws IOException, JOSEException {
    this.directory = Files.createTempDirectory("countersign-vault");
    this.server = VaultServer.start(binary, directory);
    this.settings = VaultSettings.of(server.address());
    this.issuerKey = new ECKeyGenerator(Curve.P_256).keyID("issuer").generate();
  }

  private void fill() {
    write("sys/mounts/secret", Map.of("type", "kv", "options", Map.of("version", "2")));
    Map<String, Object> value = Map.of("data", Map.of("key", "value"));
    awaitWritable("secret/data/fraud", value);
    write("secret/data/next-to-it", value);
    write("sys/policies/acl/" + POLICY, Map.of("policy", POLICY_BODY));
    write(
        "sys/policies/acl/" + OTHER_POLICY,
        Map.of("policy", "path \"secret/data/tools\" { capabilities = [\"read\"] }"));
  }

  /** A key-value mount of version 2 answers 400 for a moment after it was made. */
  private void awaitWritable(String path, Map<String, Object> value) {
    Instant limit = Instant.now().plusSeconds(30);
    while (send("POST", path, server.rootToken().reveal(), value).status() == 400
        && Instant.now().isBefore(limit)) {
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
    write(path, value);
  }

  /** Skips the test when there is no such program, unless engines are required. */
  static VaultFixture start(Optional<Path> binary) throws IOException, JOSEException {
    if (binary.isEmpty() && EngineBinaries.ofThisProcess().required()) {
      throw new AssertionError("engines are required and there is no OpenBao");
    }
    Assumptions.assumeTrue(binary.isPresent(), "no such server on this machine");
    VaultFixture fixture = new VaultFixture(binary.get());
    try {
      fixture.fill();
      return fixture;
    } catch (RuntimeException | Error e) {
      fixture.close();
      throw e;
    }
  }

  /** Onboards one more system. */
  SystemRef onboard(String name) {
    SystemOnboarding system = onboarding(name);
    systems.add(system);
    onboardAgain();
    return system.system();
  }

  /** What an administrator would agree to. */
  SystemOnboarding onboarding(String name) {
    return new SystemOnboarding(
        new SystemRef("test", name),
        ISSUER,
        List.of(publicKeyPem()),
        null,
        List.of("ES256"),
        SUBJECT,
        AUDIENCE,
        List.of(List.of(POLICY), List.of(OTHER_POLICY, POLICY), List.of(MISSING_POLICY)),
        MAX_TTL,
        MAX_VALIDITY,
        dynamicSecrets,
        staticSecrets);
  }

  void onboardAgain() {
    onboarding().onboard(systems);
  }

  VaultOnboarding onboarding() {
    return new VaultOnboarding(settings, server.rootToken(), Clock.systemUTC());
  }

  /** A prefix that systems onboarded from now on may lease below. */
  void dynamicSecrets(String prefix) {
    dynamicSecrets.add(prefix);
  }

  /** Secrets whose ages the gate may see in systems onboarded from now on. */
  void staticSecrets(StaticSecrets secrets) {
    staticSecrets.add(secrets);
  }

  SecretText token(String policy) {
    return onboarding().developmentToken(policy, Span.parse("1h"));
  }

  VaultIdentity grantIdentity() {
    return new VaultIdentity.HeldToken(token(GatePolicies.GRANT));
  }

  VaultIdentity watchIdentity() {
    return new VaultIdentity.HeldToken(token(GatePolicies.WATCH));
  }

  VaultCredentialBroker broker() {
    return broker(Map.of());
  }

  VaultCredentialBroker broker(Map<SystemRef, List<String>> leases) {
    return new VaultCredentialBroker(
        settings,
        grantIdentity(),
        watchIdentity(),
        Clock.systemUTC(),
        SETTLE,
        system -> leases.getOrDefault(system, List.of()));
  }

  String jwt() {
    return jwt(SUBJECT, AUDIENCE);
  }

  /** A JWT as the workload's platform would give it. */
  String jwt(String subject, String audience) {
    Instant now = Instant.now();
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(ISSUER)
            .subject(subject)
            .audience(audience)
            .issueTime(Date.from(now))
            .notBeforeTime(Date.from(now))
            .expirationTime(Date.from(now.plusSeconds(300)))
            .build();
    SignedJWT jwt = new SignedJWT(new JWSHeader(JWSAlgorithm.ES256), claims);
    try {
      jwt.sign(new ECDSASigner(issuerKey));
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
    return jwt.serialize();
  }

  /** The workload's login; a refusal is thrown. */
  String login(SystemRef system, Slot slot, String role) {
    Answer answer =
        send(
            "POST",
            "auth/" + system.mount(slot) + "/login",
            null,
            Map.of("role", role, "jwt", jwt()));
    if (answer.status() != 200) {
      throw new GateException(FailureType.VAULT_DENIED, "login answered " + answer.status());
    }
    return answer.body().path("auth").path("client_token").asText();
  }

  boolean works(String token) {
    // Asked with the administrator's token: a probe's own token may not even look at itself.
    return send("POST", "auth/token/lookup", server.rootToken().reveal(), Map.of("token", token))
            .status()
        == 200;
  }

  String entityOf(String token) {
    return send("POST", "auth/token/lookup", server.rootToken().reveal(), Map.of("token", token))
        .body()
        .path("data")
        .path("entity_id")
        .asText();
  }

  /** Reads as this token; the status alone. */
  int status(String method, String path, String token, @Nullable Map<String, Object> body) {
    return send(method, path, token, body).status();
  }

  void write(String path, Map<String, Object> body) {
    Answer answer = send("POST", path, server.rootToken().reveal(), body);
    if (answer.status() >= 300) {
      throw new AssertionError(path + " answered " + answer.status() + " " + answer.body());
    }
  }

  Answer send(
      String method, String path, @Nullable String token, @Nullable Map<String, Object> body) {
    try {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(server.address().resolve("/v1/" + path))
              .timeout(Duration.ofSeconds(30))
              .method(
                  method,
                  body == null
                      ? BodyPublishers.noBody()
                      : BodyPublishers.ofString(JSON.writeValueAsString(body)));
      if (token != null) {
        request.header("X-Vault-Token", token);
      }
      HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
      return new Answer(
          response.statusCode(), JSON.readTree(response.body().isEmpty() ? "{}" : response.body()));
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  String publicKeyPem() {
    try {
      String body =
          Base64.getMimeEncoder(64, new byte[] {'\n'})
              .encodeToString(issuerKey.toPublicKey().getEncoded());
      return "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----";
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  record Answer(int status, JsonNode body) {}
}
