package io.countersign.activities.adapter.signing;

import static io.countersign.activities.adapter.signing.Fixtures.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.countersign.activities.signoff.CiToken;
import io.countersign.activities.signoff.KeyAlgorithm;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.activities.signoff.VerificationKey;
import io.countersign.release.Digest;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeysTests {
  private static final byte[] MESSAGE = utf8("message");

  @ParameterizedTest
  @EnumSource(KeyAlgorithm.class)
  void aKeyIsNamedByTheDigestOfItsPublicHalf(KeyAlgorithm algorithm) {
    VerificationKey key = Fixtures.key(algorithm).verificationKey();
    VerificationKey read = Keys.publicKey(Pem.write("PUBLIC KEY", key.encoded()));
    assertThat(read).isEqualTo(key).hasSameHashCodeAs(key);
    assertThat(read.keyId()).isEqualTo(Digest.of(key.encoded()).hex());
    assertThat(read.algorithm()).isEqualTo(algorithm);
  }

  /** RFC 8032, 7.1, TEST 1: the seed, its public key and its signature of nothing. */
  @Test
  void derivesThePublicHalfOfAnEd25519KeyAsTheStandardDoes() {
    byte[] pkcs8 =
        HexFormat.of()
            .parseHex(
                "302e020100300506032b657004220420"
                    + "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    SigningKey key = Keys.privateKey(Pem.write("PRIVATE KEY", pkcs8), Keys.Passphrase::unavailable);
    assertThat(HexFormat.of().formatHex(key.verificationKey().encoded()))
        .endsWith("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    assertThat(HexFormat.of().formatHex(key.sign(new byte[0])))
        .isEqualTo(
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");
  }

  @Test
  void derivesThePublicHalfOfAP256Key() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    for (int i = 0; i < 20; i++) {
      KeyPair pair = generator.generateKeyPair();
      assertThat(SigningKey.of(pair.getPrivate()).verificationKey())
          .isEqualTo(VerificationKey.of(pair.getPublic()));
    }
  }

  @Test
  void aPrivateKeyHasNoTextAndNoJson() {
    SigningKey key = Fixtures.key(KeyAlgorithm.ED25519);
    CiToken token = new CiToken("very.secret.token");
    assertThat(key).asString().startsWith("SigningKey[redacted").hasSizeLessThan(120);
    assertThat(token).hasToString("CiToken[redacted]");
    assertThatThrownBy(() -> new JsonMapper().writeValueAsString(token))
        .isInstanceOf(JsonProcessingException.class)
        .message()
        .doesNotContain("very.secret");
    assertThatThrownBy(() -> new JsonMapper().writeValueAsString(key))
        .isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void aSignatureOfOneAlgorithmIsNoneOfTheOther() {
    SigningKey ed = Fixtures.key(KeyAlgorithm.ED25519);
    SigningKey ec = Fixtures.key(KeyAlgorithm.ECDSA_P256);
    assertThat(ed.verificationKey().verify(MESSAGE, ec.sign(MESSAGE))).isFalse();
    assertThat(ec.verificationKey().verify(MESSAGE, ed.sign(MESSAGE))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "DSA", "Ed448", "X25519"})
  @SuppressWarnings("InsecureCryptoUsage")
  void refusesOtherAlgorithms(String algorithm) throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance(algorithm).generateKeyPair();
    refused(Pem.write("PUBLIC KEY", pair.getPublic().getEncoded()));
    refusedPrivate(Pem.write("PRIVATE KEY", pair.getPrivate().getEncoded()));
    assertThatIllegalArgumentException().isThrownBy(() -> VerificationKey.of(pair.getPublic()));
    assertThatIllegalArgumentException().isThrownBy(() -> SigningKey.of(pair.getPrivate()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"secp384r1", "secp521r1"})
  void refusesOtherCurves(String curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    KeyPair pair = generator.generateKeyPair();
    refused(Pem.write("PUBLIC KEY", pair.getPublic().getEncoded()));
    refusedPrivate(Pem.write("PRIVATE KEY", pair.getPrivate().getEncoded()));
  }

  /** Points of small order: with them one signature fits many messages. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
      })
  void refusesWeakEd25519Keys(String point) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OpenSsh.rawPublic(HexFormat.of().parseHex(point)));
  }

  @Test
  void refusesAPointOffTheCurve() {
    byte[] spki = Fixtures.key(KeyAlgorithm.ECDSA_P256).verificationKey().encoded();
    spki[spki.length - 1] ^= 1;
    refused(Pem.write("PUBLIC KEY", spki));
  }

  @Test
  void refusesGarbage() {
    byte[] spki = Fixtures.key(KeyAlgorithm.ED25519).verificationKey().encoded();
    String pem = Pem.write("PUBLIC KEY", spki);
    byte[] truncated = Arrays.copyOf(spki, spki.length - 1);
    for (String text :
        List.of(
            "",
            " ",
            "garbage",
            "\u001B[2J",
            pem + pem,
            pem + "x",
            pem.replace("PUBLIC KEY", "CERTIFICATE"),
            pem.replace("PUBLIC KEY", "RSA PUBLIC KEY"),
            pem.replace("-----END PUBLIC", "-----END PRIVATE"),
            "-----BEGIN PUBLIC KEY-----",
            "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----",
            Pem.write("PUBLIC KEY", new byte[] {1, 2, 3}),
            Pem.write("PUBLIC KEY", truncated),
            "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAB",
            "ssh-ed25519",
            "ssh-ed25519 ????",
            "ssh-ed25519 AAAA",
            "ssh-ed25519 " + Base64.getEncoder().encodeToString(new byte[51]),
            "sk-ssh-ed25519@openssh.com AAAA",
            "command=\"x\" ssh-ed25519 AAAA")) {
      refused(text);
      refusedPrivate(text);
    }
  }

  @Test
  void refusesAnOpenSshLineOfTwoKeysOrMore() {
    String blob = "AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea";
    assertThat(Keys.publicKey("ssh-ed25519 " + blob + " ana@laptop, ü").algorithm())
        .isEqualTo(KeyAlgorithm.ED25519);
    assertThat(Keys.publicKey("ssh-ed25519 " + blob).keyId()).hasSize(64);
    refused("ssh-ed25519 " + blob + " ana\nssh-ed25519 " + blob);
    byte[] longer = Arrays.copyOf(Base64.getDecoder().decode(blob), 52);
    refused("ssh-ed25519 " + Base64.getEncoder().encodeToString(longer));
  }

  @Test
  void noRefusalQuotesAKey() {
    byte[] secret = Fixtures.key(KeyAlgorithm.ED25519).sign(MESSAGE);
    String text = Base64.getEncoder().encodeToString(secret);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Keys.privateKey(Pem.write("PRIVATE KEY", secret), Keys.Passphrase::unavailable))
        .withMessageNotContaining(text.substring(0, 10));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Keys.publicKey("ssh-ed25519 " + text))
        .withMessageNotContaining(text.substring(0, 10));
  }

  private static void refused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Keys.publicKey(text))
        .withMessageStartingWith("key: ")
        .withMessageNotContaining("\u001B");
  }

  private static void refusedPrivate(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Keys.privateKey(text, Keys.Passphrase::unavailable))
        .withMessageStartingWith("key: ");
  }
}
