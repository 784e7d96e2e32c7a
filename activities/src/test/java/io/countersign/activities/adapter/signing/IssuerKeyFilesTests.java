package io.countersign.activities.adapter.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.countersign.activities.adapter.files.DocumentReader;
import io.countersign.activities.port.WorkloadTokens;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Keys of issuers in the files that the gate policy names, while a node runs. */
@Timeout(60)
class IssuerKeyFilesTests {
  private static final Instant NOW = Instant.parse("2026-11-03T10:15:30Z");

  @TempDir Path directory;
  private ECKey first;
  private ECKey second;
  private GatePolicy policy;
  private Path file;

  @BeforeEach
  void prepare() throws Exception {
    first = new ECKeyGenerator(Curve.P_256).generate();
    second = new ECKeyGenerator(Curve.P_256).generate();
    policy =
        new DocumentReader(text -> Keys.publicKey(text).keyId())
            .gate(
                "gate.yaml",
                Files.readAllBytes(Path.of("..", "examples", "fraud-scorer", "gate.yaml")))
            .policy();
    for (var issuer : policy.issuers().values()) {
      for (String name : issuer.publicKeys()) {
        file = directory.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, pem(first));
      }
    }
    file = directory.resolve(policy.issuers().get("prod-cluster").publicKeys().get(0));
  }

  @Test
  void aKeyThatWasTakenOutOfItsFileSpeaksForNobodyAnyMore() throws Exception {
    try (IssuerKeySets sets = new IssuerKeySets(directory)) {
      WorkloadTokens tokens = sets.under(policy);
      String old = token(first);
      assertThat(tokens.verify(old, NOW).workload().system()).isEqualTo("fraud-scorer");
      Files.writeString(file, pem(second));
      until(() -> refused(tokens, old));
      assertThat(tokens.verify(token(second), NOW).version()).isNull();
    }
  }

  @Test
  void aFileThatCannotBeReadForAWhileKeepsItsKeys() throws Exception {
    try (IssuerKeySets sets = new IssuerKeySets(directory)) {
      WorkloadTokens tokens = sets.under(policy);
      Files.writeString(file, "nothing");
      assertThat(tokens.verify(token(first), NOW).version()).isNull();
      Files.writeString(file, pem(second));
      until(() -> refused(tokens, token(first)));
    }
  }

  @Test
  void aNodeWithoutTheFileDoesNotStart() throws Exception {
    Files.delete(file);
    try (IssuerKeySets sets = new IssuerKeySets(directory)) {
      assertThatThrownBy(() -> sets.under(policy))
          .isInstanceOfSatisfying(
              GateException.class,
              e -> assertThat(e.type()).isEqualTo(FailureType.INVALID_GATE_POLICY));
    }
  }

  private static boolean refused(WorkloadTokens tokens, String token) {
    try {
      tokens.verify(token, NOW);
      return false;
    } catch (GateException refused) {
      assertThat(refused.type()).isEqualTo(FailureType.BAD_TOKEN);
      return true;
    }
  }

  private static String token(ECKey key) {
    try {
      SignedJWT jwt =
          new SignedJWT(
              new JWSHeader(JWSAlgorithm.ES256),
              new JWTClaimsSet.Builder()
                  .issuer("https://kubernetes.prod.example.com")
                  .subject("spiffe://prod.example.com/fraud-scorer")
                  .audience("countersign/production/fraud-scorer/decide")
                  .expirationTime(Date.from(NOW.plusSeconds(60)))
                  .build());
      jwt.sign(new ECDSASigner(key));
      return jwt.serialize();
    } catch (com.nimbusds.jose.JOSEException e) {
      throw new AssertionError(e);
    }
  }

  private static String pem(ECKey key) throws Exception {
    return Pem.write("PUBLIC KEY", key.toECPublicKey().getEncoded());
  }

  private static void until(BooleanSupplier met) {
    while (!met.getAsBoolean()) {
      if (Thread.interrupted()) {
        throw new IllegalStateException("not met in time");
      }
      LockSupport.parkNanos(5_000_000);
    }
  }
}
