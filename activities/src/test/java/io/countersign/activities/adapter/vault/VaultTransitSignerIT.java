package io.countersign.activities.adapter.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.countersign.activities.engine.EngineBinaries;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

@TestInstance(Lifecycle.PER_CLASS)
class VaultTransitSignerIT {
  private static final byte[] MESSAGE = "DSSEv1 4 text 5 hello".getBytes(StandardCharsets.UTF_8);

  private VaultFixture vault;

  @BeforeAll
  void start() throws Exception {
    vault = VaultFixture.start(EngineBinaries.ofThisProcess().openBao());
    vault.onboard("fraud");
  }

  @AfterAll
  void stop() throws Exception {
    if (vault != null) {
      vault.close();
    }
  }

  @Test
  void signsWhatItsPublicKeyVerifiesAndGoesOnAfterARotation() throws GeneralSecurityException {
    VaultTransitSigner before = signer();
    assertThat(before.keyId()).isEqualTo("transit:countersign-gate:v1");
    assertThat(before.sign(MESSAGE)).hasSize(64);
    assertThat(verifies(before.publicKey(), MESSAGE, before.sign(MESSAGE))).isTrue();
    assertThat(verifies(before.publicKey(), new byte[1], before.sign(MESSAGE))).isFalse();

    vault.write("transit/keys/countersign-gate/rotate", Map.of());
    VaultTransitSigner after = before.renewed();

    assertThat(after.keyId()).isEqualTo("transit:countersign-gate:v2");
    assertThat(after.publicKeys()).containsOnlyKeys(before.keyId(), after.keyId());
    assertThat(verifies(after.publicKey(), MESSAGE, after.sign(MESSAGE))).isTrue();
    assertThat(verifies(before.publicKey(), MESSAGE, before.sign(MESSAGE))).isTrue();
    assertThat(after.publicKeys().get(before.keyId())).isEqualTo(before.publicKey());
  }

  @Test
  void theWatchIdentityCannotSign() {
    VaultTransitSigner watching =
        new VaultTransitSigner(
            vault.settings, vault.watchIdentity(), vault.watchIdentity(), Clock.systemUTC());

    assertThatExceptionOfType(GateException.class)
        .isThrownBy(() -> watching.sign(MESSAGE))
        .satisfies(failure -> assertThat(failure.type()).isEqualTo(FailureType.VAULT_DENIED));
  }

  private VaultTransitSigner signer() {
    return new VaultTransitSigner(
        vault.settings, vault.grantIdentity(), vault.watchIdentity(), Clock.systemUTC());
  }

  private static boolean verifies(PublicKey key, byte[] message, byte[] signed)
      throws GeneralSecurityException {
    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(key);
    verifier.update(message);
    return verifier.verify(signed);
  }
}
