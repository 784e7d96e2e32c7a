package io.countersign.activities.signoff;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.release.Digest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import org.junit.jupiter.api.Test;

/** A signature that is known to be good vouches for nothing but exactly itself. */
class KnownSignaturesTests {
  private static final byte[] MESSAGE = "approve".getBytes(StandardCharsets.UTF_8);

  @Test
  void aGoodSignatureVouchesForNoOtherMessageSignatureOrKey() throws GeneralSecurityException {
    KeyPair pair = pair();
    VerificationKey key = VerificationKey.of(pair.getPublic());
    byte[] signature = sign(pair, MESSAGE);
    assertThat(key.verify(MESSAGE, signature)).isTrue();
    assertThat(key.verify(MESSAGE, signature)).as("known by now").isTrue();

    for (int i = 0; i < MESSAGE.length; i++) {
      assertThat(key.verify(changed(MESSAGE, i), signature)).isFalse();
    }
    for (int i = 0; i < signature.length; i++) {
      assertThat(key.verify(MESSAGE, changed(signature, i))).isFalse();
    }
    assertThat(VerificationKey.of(pair().getPublic()).verify(MESSAGE, signature)).isFalse();
  }

  @Test
  void aBadSignatureIsAskedAboutAnew() throws GeneralSecurityException {
    KeyPair pair = pair();
    VerificationKey key = VerificationKey.of(pair.getPublic());
    byte[] signature = sign(pair, MESSAGE);
    byte[] other = "reject".getBytes(StandardCharsets.UTF_8);
    assertThat(key.verify(other, signature)).isFalse();
    assertThat(key.verify(other, signature)).isFalse();
    assertThat(key.verify(MESSAGE, signature)).isTrue();
  }

  @Test
  void aNameTellsWhereEachPartEnds() {
    assertThat(name("ab", "c", "d")).isNotEqualTo(name("a", "bc", "d"));
    assertThat(name("a", "bc", "d")).isNotEqualTo(name("a", "b", "cd"));
    assertThat(name("a", "c", "b")).isNotEqualTo(name("a", "b", "c"));
  }

  @Test
  void whatWasAskedForLongestAgoIsForgottenFirst() {
    KnownSignatures known = new KnownSignatures(2);
    known.add(name("1", "m", "s"));
    known.add(name("2", "m", "s"));
    assertThat(known.has(name("1", "m", "s"))).isTrue();
    known.add(name("3", "m", "s"));
    assertThat(known.has(name("1", "m", "s"))).isTrue();
    assertThat(known.has(name("2", "m", "s"))).isFalse();
  }

  private static Digest name(String key, String message, String signature) {
    return KnownSignatures.name(
        key, message.getBytes(StandardCharsets.UTF_8), signature.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] changed(byte[] bytes, int at) {
    byte[] changed = bytes.clone();
    changed[at] ^= 1;
    return changed;
  }

  private static KeyPair pair() throws GeneralSecurityException {
    return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
  }

  private static byte[] sign(KeyPair pair, byte[] message) throws GeneralSecurityException {
    Signature signer = Signature.getInstance("Ed25519");
    signer.initSign(pair.getPrivate());
    signer.update(message);
    return signer.sign();
  }
}
