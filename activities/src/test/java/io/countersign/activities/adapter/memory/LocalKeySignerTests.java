package io.countersign.activities.adapter.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.Signature;
import org.junit.jupiter.api.Test;

class LocalKeySignerTests {
  @Test
  void signsWhatItsOwnKeyVerifiesAndNoOther() throws Exception {
    LocalKeySigner signer = new LocalKeySigner();
    LocalKeySigner other = new LocalKeySigner();
    byte[] signature = signer.sign(new byte[] {1, 2, 3});

    assertThat(verifies(signer, signature)).isTrue();
    assertThat(verifies(other, signature)).isFalse();
    assertThat(signer.keyId()).startsWith("local:").isNotEqualTo(other.keyId());
  }

  private static boolean verifies(LocalKeySigner signer, byte[] signature) throws Exception {
    Signature verifier = Signature.getInstance("Ed25519");
    verifier.initVerify(signer.publicKey());
    verifier.update(new byte[] {1, 2, 3});
    return verifier.verify(signature);
  }
}
