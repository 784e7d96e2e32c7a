package io.countersign.activities.adapter.signing;

import static io.countersign.activities.adapter.signing.Fixtures.ISSUED;
import static io.countersign.activities.adapter.signing.Fixtures.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.countersign.activities.signoff.CiIdentity;
import io.countersign.activities.signoff.CiToken;
import io.countersign.activities.signoff.KeyAlgorithm;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.activities.signoff.SubmissionAudience;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CiTokenVerifierTests {
  private static final String GITHUB = "https://token.actions.githubusercontent.com";
  private static final String AUDIENCE =
      SubmissionAudience.of(Fixtures.RELEASE, Fixtures.RELEASE_DIGEST);
  private static final SigningKey ED = Fixtures.key(KeyAlgorithm.ED25519);

  private static RSAKey rsa;
  private static ECKey ec;
  private static OctetKeyPair ed;

  @TempDir Path directory;

  @BeforeAll
  static void makeKeys() throws JOSEException {
    rsa = new RSAKeyGenerator(2_048).keyID("rsa").generate();
    ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
    byte[] spki = ED.verificationKey().encoded();
    ed =
        new OctetKeyPair.Builder(
                Curve.Ed25519,
                Base64URL.encode(Arrays.copyOfRange(spki, spki.length - 32, spki.length)))
            .keyID("ed")
            .build();
  }

  @Test
  void provesAGitHubRun() throws Exception {
    CiIdentity run = verifier().verify(token(rsa, github()), AUDIENCE, ISSUED);
    assertThat(run.rule()).isEqualTo("main");
    assertThat(run.issuer()).isEqualTo(GITHUB);
    assertThat(run.subject()).isEqualTo("repo:acme/fraud:environment:production");
    assertThat(run.tokenId()).isEqualTo("id-1");
    assertThat(run.actor()).isEqualTo("ana");
    assertThat(run.claim("run_id")).contains("42");
    assertThat(run.claim("repository")).contains("acme/fraud");
    assertThat(run.claims()).doesNotContainKeys("jti", "aud", "secret");
  }

  @Test
  void provesAGitLabJobByAnotherRule() throws Exception {
    GatePolicy.CiRule rule =
        new GatePolicy.CiRule(
            "gitlab",
            "https://gitlab.com",
            jwks(ec),
            null,
            Map.of("project_path", List.of("acme/fraud"), "ref_protected", List.of("true")),
            "user_login",
            null);
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder(github())
            .issuer("https://gitlab.com")
            .claim("project_path", "acme/fraud")
            .claim("ref_protected", "true")
            .claim("user_login", "ana")
            .build();
    CiTokenVerifier verifier = new CiTokenVerifier(List.of(rule(jwks(rsa)), rule), directory);
    assertThat(verifier.verify(token(ec, claims), AUDIENCE, ISSUED).rule()).isEqualTo("gitlab");
  }

  @Test
  void takesTheThreeAlgorithms() throws Exception {
    assertThat(verifier().verify(token(rsa, github()), AUDIENCE, ISSUED).actor()).isEqualTo("ana");
    assertThat(verifier().verify(token(ec, github()), AUDIENCE, ISSUED).actor()).isEqualTo("ana");
    assertThat(verifier().verify(edwards(github(), ED), AUDIENCE, ISSUED).actor()).isEqualTo("ana");
    refused(edwards(github(), Fixtures.key(KeyAlgorithm.ED25519)));
  }

  static Stream<Arguments> wrongClaims() {
    return Stream.of(
        claims("another issuer", c -> c.issuer("https://evil.example.com")),
        claims("no issuer", c -> c.issuer(null)),
        claims("no subject", c -> c.subject(null)),
        claims("no audience", c -> c.audience((String) null)),
        claims("the default audience", c -> c.audience("https://github.com/acme")),
        claims("a second audience", c -> c.audience(List.of(AUDIENCE, "sts.amazonaws.com"))),
        claims("another release", c -> c.audience(AUDIENCE.replace("2026.11.3", "2026.11.4"))),
        claims(
            "another digest", c -> c.audience(AUDIENCE.substring(0, AUDIENCE.length() - 1) + "x")),
        claims("no expiry", c -> c.expirationTime(null)),
        claims("expired", c -> c.expirationTime(at(-31))),
        claims("no time of issue", c -> c.issueTime(null)),
        claims("issued in the future", c -> c.issueTime(at(31))),
        claims("not yet valid", c -> c.notBeforeTime(at(31))),
        claims("older than an hour", c -> c.issueTime(at(-3_700))),
        claims("another repository", c -> c.claim("repository", "evil/fraud")),
        claims("a repository that begins so", c -> c.claim("repository", "acme/fraud-evil")),
        claims("a repository in other letters", c -> c.claim("repository", "ACME/fraud")),
        claims("a list of repositories", c -> c.claim("repository", List.of("acme/fraud"))),
        claims("no repository", c -> c.claim("repository", null)),
        claims("another branch", c -> c.claim("ref", "refs/heads/feature")),
        claims("no actor", c -> c.claim("actor", null)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongClaims")
  void refusesTokensThatSayAnythingElse(String name, UnaryOperator<JWTClaimsSet.Builder> change)
      throws Exception {
    refused(token(rsa, change.apply(new JWTClaimsSet.Builder(github())).build()));
  }

  @Test
  void allowsClocksToDifferALittle() throws Exception {
    JWTClaimsSet late =
        new JWTClaimsSet.Builder(github()).issueTime(at(29)).notBeforeTime(at(29)).build();
    JWTClaimsSet early = new JWTClaimsSet.Builder(github()).expirationTime(at(-29)).build();
    assertThat(verifier().verify(token(rsa, late), AUDIENCE, ISSUED).tokenId()).isEqualTo("id-1");
    assertThat(verifier().verify(token(rsa, early), AUDIENCE, ISSUED).tokenId()).isEqualTo("id-1");
  }

  @Test
  void refusesConfusedAlgorithms() throws Exception {
    // The classic: an HMAC keyed with the public key.
    refused(
        signed(
            JWSAlgorithm.HS256, "rsa", github(), new MACSigner(rsa.toRSAPublicKey().getEncoded())));
    refused(signed(JWSAlgorithm.PS256, "rsa", github(), new RSASSASigner(rsa)));
    refused(signed(JWSAlgorithm.RS512, "rsa", github(), new RSASSASigner(rsa)));
    refused(
        new CiToken(
            Base64URL.encode("{\"alg\":\"none\"}")
                + "."
                + Base64URL.encode(github().toString())
                + "."));
    refused(signed(JWSAlgorithm.RS256, "ec", github(), new RSASSASigner(rsa)));
  }

  @Test
  void refusesForgedAndForeignSignatures() throws Exception {
    RSAKey other = new RSAKeyGenerator(2_048).keyID("rsa").generate();
    refused(token(other, github()));
    String good = token(rsa, github()).reveal();
    String[] parts = good.split("\\.", -1);
    String forged = Base64URL.encode(github().toString().replace("ana", "eve")).toString();
    refused(new CiToken(parts[0] + "." + forged + "." + parts[2]));
    refused(new CiToken(parts[0] + "." + parts[1] + "."));
    refused(new CiToken(good + ".x"));
  }

  @Test
  void ignoresKeysThatTheTokenBringsItself() throws Exception {
    RSAKey own = new RSAKeyGenerator(2_048).keyID("rsa").generate();
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa").jwk(own.toPublicJWK()).build(),
            github());
    jwt.sign(new RSASSASigner(own));
    refused(new CiToken(jwt.serialize()));
  }

  @Test
  void refusesClaimsThatAreSaidTwice() throws Exception {
    String twice = github().toString().replace("{", "{\"repository\":\"evil/fraud\",");
    JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa").build();
    String input = header.toBase64URL() + "." + Base64URL.encode(twice);
    Base64URL sig = new RSASSASigner(rsa).sign(header, utf8(input));
    refused(new CiToken(input + "." + sig));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "a.b.c", "...", "eyJ.eyJ.eyJ", "\u001B[2J", "e30.e30.e30"})
  void refusesGarbage(String text) throws Exception {
    refused(new CiToken(text));
  }

  @Test
  void fetchesKeysOnceFromTheLoopback() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    byte[] keys = utf8(new JWKSet(rsa).toString());
    HttpServer server = serve(200, null, keys, asked);
    try {
      CiTokenVerifier verifier = new CiTokenVerifier(List.of(remote(server)), directory);
      verifier.verify(token(rsa, github()), AUDIENCE, ISSUED);
      verifier.verify(token(rsa, github()), AUDIENCE, ISSUED);
      assertThat(asked).hasValue(1);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void anIssuerOutOfReachIsNotABadToken() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    byte[] keys = utf8(new JWKSet(rsa).toString());
    HttpServer target = serve(200, null, keys, new AtomicInteger());
    String there = "http://127.0.0.1:" + target.getAddress().getPort() + "/jwks";
    List<HttpServer> servers =
        List.of(
            serve(500, null, keys, asked),
            serve(302, there, new byte[0], asked),
            serve(200, null, new byte[300 * 1024], asked),
            serve(200, null, utf8("no json"), asked));
    try {
      for (HttpServer server : servers) {
        CiTokenVerifier verifier = new CiTokenVerifier(List.of(remote(server)), directory);
        CiToken token = token(rsa, github());
        assertThatThrownBy(() -> verifier.verify(token, AUDIENCE, ISSUED))
            .isInstanceOfSatisfying(
                GateException.class,
                e -> assertThat(e.type()).isEqualTo(FailureType.SOURCE_UNAVAILABLE));
      }
      assertThat(asked).hasPositiveValue();
    } finally {
      servers.forEach(server -> server.stop(0));
      target.stop(0);
    }
  }

  @Test
  void refusesRulesThatWouldLetAnybodyIn() throws IOException {
    String file = jwks(rsa);
    Files.writeString(directory.resolve("empty.json"), "{\"keys\":[]}");
    Files.writeString(directory.resolve("garbage.json"), "x");
    Map<String, List<String>> claims = Map.of("repository", List.of("acme/fraud"));
    for (GatePolicy.CiRule rule :
        List.of(
            new GatePolicy.CiRule("r", GITHUB, file, null, Map.of(), null, null),
            new GatePolicy.CiRule(
                "r", GITHUB, file, null, Map.of("repository", List.of()), null, null),
            new GatePolicy.CiRule("r", GITHUB, null, null, claims, null, null),
            new GatePolicy.CiRule("r", GITHUB, file, "https://x.example.com", claims, null, null),
            new GatePolicy.CiRule("r", GITHUB, "empty.json", null, claims, null, null),
            new GatePolicy.CiRule("r", GITHUB, "garbage.json", null, claims, null, null),
            new GatePolicy.CiRule("r", GITHUB, "missing.json", null, claims, null, null),
            new GatePolicy.CiRule("r", GITHUB, null, "http://keys.example.com", claims, null, null),
            new GatePolicy.CiRule("r", GITHUB, null, "file:///etc/passwd", claims, null, null),
            new GatePolicy.CiRule(
                "r", GITHUB, null, "http://127.0.0.1.example.com/", claims, null, null))) {
      assertThatThrownBy(() -> new CiTokenVerifier(List.of(rule), directory))
          .isInstanceOfSatisfying(
              GateException.class,
              e -> assertThat(e.type()).isEqualTo(FailureType.INVALID_GATE_POLICY));
    }
  }

  private void refused(CiToken token) throws IOException {
    CiTokenVerifier verifier = verifier();
    assertThatThrownBy(() -> verifier.verify(token, AUDIENCE, ISSUED))
        .isInstanceOfSatisfying(
            GateException.class, e -> assertThat(e.type()).isEqualTo(FailureType.BAD_TOKEN))
        .message()
        .hasSizeLessThan(400)
        .doesNotContain("eyJ", "evil", "\u001B");
  }

  private CiTokenVerifier verifier() throws IOException {
    return new CiTokenVerifier(List.of(rule(jwks(rsa, ec, ed))), directory);
  }

  private static GatePolicy.CiRule rule(String jwks) {
    return new GatePolicy.CiRule("main", GITHUB, jwks, null, requirements(), "actor", null);
  }

  private static GatePolicy.CiRule remote(HttpServer server) {
    String address = "http://127.0.0.1:" + server.getAddress().getPort() + "/jwks";
    return new GatePolicy.CiRule("main", GITHUB, null, address, requirements(), "actor", null);
  }

  private static Map<String, List<String>> requirements() {
    return Map.of(
        "repository",
        List.of("acme/fraud"),
        "ref",
        List.of("refs/heads/main", "refs/heads/release"));
  }

  private String jwks(JWK... keys) throws IOException {
    String name = "jwks-" + keys.length + keys[0].getKeyID() + ".json";
    Files.writeString(directory.resolve(name), new JWKSet(List.of(keys)).toString());
    return name;
  }

  private static JWTClaimsSet github() {
    return new JWTClaimsSet.Builder()
        .issuer(GITHUB)
        .subject("repo:acme/fraud:environment:production")
        .audience(AUDIENCE)
        .jwtID("id-1")
        .issueTime(at(-60))
        .notBeforeTime(at(-60))
        .expirationTime(at(240))
        .claim("repository", "acme/fraud")
        .claim("ref", "refs/heads/main")
        .claim("actor", "ana")
        .claim("run_id", 42)
        .claim("secret", "evil")
        .build();
  }

  private static CiToken token(RSAKey key, JWTClaimsSet claims) throws JOSEException {
    return signed(JWSAlgorithm.RS256, key.getKeyID(), claims, new RSASSASigner(key));
  }

  private static CiToken token(ECKey key, JWTClaimsSet claims) throws JOSEException {
    return signed(JWSAlgorithm.ES256, key.getKeyID(), claims, new ECDSASigner(key));
  }

  private static CiToken edwards(JWTClaimsSet claims, SigningKey key) {
    JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.EdDSA).keyID("ed").build();
    String input = header.toBase64URL() + "." + Base64URL.encode(claims.toString());
    return new CiToken(input + "." + Base64URL.encode(key.sign(utf8(input))));
  }

  private static CiToken signed(
      JWSAlgorithm algorithm, String keyId, JWTClaimsSet claims, JWSSigner signer)
      throws JOSEException {
    SignedJWT jwt = new SignedJWT(new JWSHeader.Builder(algorithm).keyID(keyId).build(), claims);
    jwt.sign(signer);
    return new CiToken(jwt.serialize());
  }

  private static Date at(long seconds) {
    Instant instant = ISSUED.plusSeconds(seconds);
    return Date.from(instant);
  }

  private static Arguments claims(String name, UnaryOperator<JWTClaimsSet.Builder> change) {
    return Arguments.of(name, change);
  }

  private static HttpServer serve(
      int status, @Nullable String location, byte[] body, AtomicInteger asked) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.createContext(
        "/jwks",
        exchange -> {
          asked.incrementAndGet();
          if (location != null) {
            exchange.getResponseHeaders().set("Location", location);
          }
          exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }
}
