package io.countersign.activities.adapter.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.PlainHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.countersign.activities.adapter.files.DocumentReader;
import io.countersign.activities.port.LiveDecisions.WorkloadKey;
import io.countersign.activities.port.WorkloadTokens;
import io.countersign.activities.port.WorkloadTokens.Caller;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WorkloadTokenVerifierTests {
  private static final Instant NOW = Instant.parse("2026-11-03T10:15:30Z");
  private static final String ISSUER = "https://kubernetes.prod.example.com";
  private static final String SUBJECT = "spiffe://prod.example.com/fraud-scorer";
  private static final String LOGIN = "countersign/production/fraud-scorer";
  private static final String DECIDE = LOGIN + "/decide";

  private static ECKey key;
  private static ECKey rotated;
  private static RSAKey rsa;
  private static GatePolicy policy;

  @BeforeAll
  static void prepare() throws Exception {
    key = new ECKeyGenerator(Curve.P_256).keyID("one").generate();
    rotated = new ECKeyGenerator(Curve.P_256).keyID("two").generate();
    rsa = new RSAKeyGenerator(2_048).keyID("rsa").generate();
    policy =
        new DocumentReader(text -> Keys.publicKey(text).keyId())
            .gate(
                "gate.yaml",
                Files.readAllBytes(Path.of("..", "examples", "fraud-scorer", "gate.yaml")))
            .policy();
  }

  @Test
  void provesAWorkloadAndTheVersionThatItsTokenNames() throws Exception {
    WorkloadKey workload = new WorkloadKey("production", "fraud-scorer", "prod-cluster", SUBJECT);
    assertThat(verifier(key).verify(token(claims -> {}), NOW))
        .isEqualTo(new Caller(workload, null));
    assertThat(verifier(key).verify(token(c -> c.audience(DECIDE + "/2026.11.3")), NOW))
        .isEqualTo(new Caller(workload, "2026.11.3"));
  }

  @Test
  void readsTheKeysThatGateYamlNamesAsPem() throws Exception {
    WorkloadKeys pem =
        WorkloadKeys.fixed(
            WorkloadKeys.Generation.ofPem(
                List.of(Pem.write("PUBLIC KEY", key.toECPublicKey().getEncoded()))));
    WorkloadTokens verifier = new WorkloadTokenVerifier(policy, (name, issuer) -> pem);
    assertThat(verifier.verify(token(claims -> {}), NOW).version()).isNull();
  }

  static Stream<Arguments> wrongClaims() {
    return Stream.of(
        wrong("for Vault's login", c -> c.audience(LOGIN)),
        wrong("for two audiences, Vault's among them", c -> c.audience(List.of(DECIDE, LOGIN))),
        wrong("for two decisions", c -> c.audience(List.of(DECIDE, DECIDE + "/1.0.0"))),
        wrong("for nobody", c -> c.audience((String) null)),
        wrong("for another service", c -> c.audience("sts.amazonaws.com")),
        wrong(
            "for another environment", c -> c.audience("countersign/staging/fraud-scorer/decide")),
        wrong("for another system", c -> c.audience("countersign/production/other/decide")),
        wrong("for something below a version", c -> c.audience(DECIDE + "/1.0.0/x")),
        wrong("for an empty version", c -> c.audience(DECIDE + "/")),
        wrong("for a version that is none", c -> c.audience(DECIDE + "/..")),
        wrong(
            "of another environment's workload", c -> c.subject(SUBJECT.replace("prod", "shadow"))),
        wrong("of another workload", c -> c.subject("spiffe://prod.example.com/other")),
        wrong("of nobody", c -> c.subject(null)),
        wrong("by another issuer", c -> c.issuer("https://evil.example.com")),
        wrong("by no issuer", c -> c.issuer(null)),
        wrong("without an end", c -> c.expirationTime(null)),
        wrong("expired", c -> c.expirationTime(at(-11))),
        wrong("good for years", c -> c.expirationTime(at(24 * 3600 + 1))),
        wrong("issued in the far future", c -> c.issueTime(at(86_400))),
        wrong("issued after the leeway", c -> c.issueTime(at(11))),
        wrong("not valid yet", c -> c.notBeforeTime(at(11))));
  }

  private static Arguments wrong(String what, Consumer<JWTClaimsSet.Builder> edit) {
    return Arguments.of(what, edit);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongClaims")
  void refusesATokenThat(String what, Consumer<JWTClaimsSet.Builder> edit) throws Exception {
    refused(token(edit));
  }

  @Test
  void letsClocksDifferByTenSecondsAndNoMore() throws Exception {
    WorkloadTokens verifier = verifier(key);
    assertThat(verifier.verify(token(c -> c.expirationTime(at(-9))), NOW)).isNotNull();
    assertThat(verifier.verify(token(c -> c.issueTime(at(10))), NOW)).isNotNull();
  }

  @Test
  void refusesForgedSignatures() throws Exception {
    JWTClaimsSet claims = claims().build();
    refused(new PlainJWT(new PlainHeader(), claims).serialize());
    refused(
        signed(
            new JWSHeader.Builder(JWSAlgorithm.HS256).build(),
            claims,
            new MACSigner(
                Pem.write("PUBLIC KEY", key.toECPublicKey().getEncoded())
                    .getBytes(StandardCharsets.UTF_8))));
    ECKey stranger = new ECKeyGenerator(Curve.P_256).keyID("one").generate();
    refused(signed(header("one").build(), claims, new ECDSASigner(stranger)));
    refused(signed(header("two").build(), claims, new ECDSASigner(key)));
    refused(
        signed(
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa").build(),
            claims,
            new RSASSASigner(rsa)));
    String good = token(c -> {});
    refused(good.substring(0, good.lastIndexOf('.') + 1));
    refused(good.substring(0, good.lastIndexOf('.')));
    refused(
        good.substring(0, good.indexOf('.') + 1)
            + Base64URL.encode("{}")
            + good.substring(good.lastIndexOf('.')));
    refused("x".repeat(WorkloadTokens.LIMIT + 1));
    refused("");
  }

  @Test
  void refusesHeadersThatAskForMore() throws Exception {
    JWTClaimsSet claims = claims().build();
    ECDSASigner signer = new ECDSASigner(key);
    refused(signed(header("one").criticalParams(Set.of("exp")).build(), claims, signer));
    refused(signed(header("one").contentType("JWT").build(), claims, signer));
    refused(signed(header("one").jwk(key.toPublicJWK()).build(), claims, signer));
    refused(
        signed(
            header("one").jwkURL(java.net.URI.create("https://e.example")).build(),
            claims,
            signer));
    refused(signed(header("one").type(new JOSEObjectType("dpop+jwt")).build(), claims, signer));
    assertThat(
            verifier(key)
                .verify(
                    signed(header("one").type(JOSEObjectType.JWT).build(), claims, signer), NOW))
        .isNotNull();
  }

  @Test
  void refusesNestedTokensAndClaimsThatTwoReadersReadDifferently() throws Exception {
    for (String payload :
        List.of(
            token(c -> {}),
            "[]",
            "{\"iss\":\"" + ISSUER + "\",\"iss\":\"https://evil.example.com\"}",
            "{\"exp\":\"soon\"}")) {
      com.nimbusds.jose.JWSObject jws =
          new com.nimbusds.jose.JWSObject(header("one").build(), new Payload(payload));
      jws.sign(new ECDSASigner(key));
      refused(jws.serialize());
    }
  }

  @Test
  void forgetsWhatWasVerifiedWhenTheKeysChange() throws Exception {
    WorkloadKeys.Generation[] now = {WorkloadKeys.Generation.of(List.<JWK>of(key))};
    WorkloadKeys keys =
        new WorkloadKeys() {
          @Override
          public Generation now() {
            return now[0];
          }

          @Override
          public void wanted() {}
        };
    WorkloadTokens verifier = new WorkloadTokenVerifier(policy, (name, issuer) -> keys);
    String token = token(c -> {});
    assertThat(verifier.verify(token, NOW)).isEqualTo(verifier.verify(token, NOW));
    assertThatThrownBy(() -> verifier.verify(token, NOW.plusSeconds(3_700)))
        .isInstanceOf(GateException.class);
    now[0] = WorkloadKeys.Generation.of(List.<JWK>of(rotated));
    assertThatThrownBy(() -> verifier.verify(token, NOW)).isInstanceOf(GateException.class);
  }

  private static void refused(String token) {
    assertThatThrownBy(() -> verifier(key).verify(token, NOW))
        .isInstanceOfSatisfying(
            GateException.class,
            refusal -> {
              assertThat(refusal.type()).isEqualTo(FailureType.BAD_TOKEN);
              assertThat(refusal.getMessage()).hasSizeLessThan(200);
              if (token.length() > 20) {
                assertThat(refusal.getMessage()).doesNotContain(token.substring(0, 20));
              }
            });
  }

  private static WorkloadTokens verifier(JWK... keys) {
    WorkloadKeys fixed = WorkloadKeys.fixed(WorkloadKeys.Generation.of(List.of(keys)));
    return new WorkloadTokenVerifier(policy, (name, issuer) -> fixed);
  }

  private static JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .subject(SUBJECT)
        .audience(DECIDE)
        .issueTime(at(-60))
        .expirationTime(at(3_600));
  }

  private static String token(Consumer<JWTClaimsSet.Builder> edit) throws Exception {
    JWTClaimsSet.Builder claims = claims();
    edit.accept(claims);
    return signed(header("one").build(), claims.build(), new ECDSASigner(key));
  }

  private static JWSHeader.Builder header(String id) {
    return new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(id);
  }

  private static String signed(JWSHeader header, JWTClaimsSet claims, JWSSigner signer)
      throws Exception {
    SignedJWT jwt = new SignedJWT(header, claims);
    jwt.sign(signer);
    return jwt.serialize();
  }

  private static Date at(long seconds) {
    return Date.from(NOW.plusSeconds(seconds));
  }
}
