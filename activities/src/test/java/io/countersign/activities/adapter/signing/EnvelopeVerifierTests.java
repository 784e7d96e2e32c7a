package io.countersign.activities.adapter.signing;

import static io.countersign.activities.adapter.signing.Fixtures.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.signoff.KeyAlgorithm;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.activities.signoff.VerificationKey;
import io.countersign.activities.tries.Tries;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeVerifierTests {
  private static final SigningKey ED = Fixtures.key(KeyAlgorithm.ED25519);
  private static final SigningKey EC = Fixtures.key(KeyAlgorithm.ECDSA_P256);
  private static final byte[] PAYLOAD = StatementWriter.signOff(Fixtures.approval());
  private static final BigInteger ORDER =
      new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

  @ParameterizedTest
  @EnumSource(KeyAlgorithm.class)
  void findsTheKeyThatSigned(KeyAlgorithm algorithm) {
    SigningKey key = Fixtures.key(algorithm);
    VerifiedEnvelope verified =
        EnvelopeVerifier.verify(
            DsseEnvelope.sign(PAYLOAD, key),
            List.of(EC.verificationKey(), key.verificationKey(), ED.verificationKey()));
    assertThat(verified.keyId()).isEqualTo(key.verificationKey().keyId());
    assertThat(verified.publicKey()).isEqualTo(key.verificationKey());
    assertThat(verified.payload()).isEqualTo(PAYLOAD);
  }

  @Test
  void theKeyThatVerifiesDecidesWhateverTheHintSays() {
    DsseEnvelope lying = relabelled(DsseEnvelope.sign(PAYLOAD, ED), EC.verificationKey().keyId());
    assertThat(EnvelopeVerifier.verify(lying, keys(EC, ED)).keyId())
        .isEqualTo(ED.verificationKey().keyId());
    assertThat(EnvelopeVerifier.verify(relabelled(lying, ""), keys(EC, ED)).keyId())
        .isEqualTo(ED.verificationKey().keyId());
    refused(lying, FailureType.BAD_SIGNATURE, EC);
  }

  @Test
  void oneKnownSignatureIsEnoughAndStrangersDoNotHarm() {
    SigningKey stranger = Fixtures.key(KeyAlgorithm.ED25519);
    DsseEnvelope both =
        new DsseEnvelope(
            DsseEnvelope.IN_TOTO,
            PAYLOAD,
            List.of(
                DsseEnvelope.sign(PAYLOAD, stranger).signatures().get(0),
                DsseEnvelope.sign(PAYLOAD, ED).signatures().get(0)));
    assertThat(EnvelopeVerifier.verify(both, keys(ED)).keyId())
        .isEqualTo(ED.verificationKey().keyId());
    refused(both, FailureType.UNKNOWN_KEY, EC);
  }

  @Test
  void saysWhenTheKeyIsUnknownAndWhenTheSignatureIsBad() {
    DsseEnvelope envelope = DsseEnvelope.sign(PAYLOAD, ED);
    refused(envelope, FailureType.UNKNOWN_KEY, EC);
    refused(envelope, FailureType.UNKNOWN_KEY);
    refused(relabelled(envelope, ""), FailureType.BAD_SIGNATURE, EC);
    refused(DsseEnvelope.unsigned(PAYLOAD), FailureType.BAD_SIGNATURE, ED, EC);
    refused(withPayload(envelope, utf8("{}")), FailureType.BAD_SIGNATURE, ED);
  }

  @Test
  void aSignatureOverThePayloadAloneOrAnotherTypeIsNone() {
    for (byte[] signed : List.of(PAYLOAD, DsseEnvelope.pae("application/json", PAYLOAD))) {
      refused(withSignature(ED.sign(signed)), FailureType.BAD_SIGNATURE, ED);
    }
  }

  @Test
  void zeroAndEmptySignaturesAreNone() {
    refused(withSignature(Der.of(BigInteger.ZERO, BigInteger.ZERO)), FailureType.BAD_SIGNATURE, EC);
    refused(withSignature(Der.of(ORDER, ORDER)), FailureType.BAD_SIGNATURE, EC);
    refused(withSignature(new byte[0]), FailureType.BAD_SIGNATURE, EC, ED);
    refused(withSignature(new byte[64]), FailureType.BAD_SIGNATURE, EC, ED);
  }

  @Test
  void aMalleatedSignatureStillNamesTheSameStatement() {
    DsseEnvelope signed = DsseEnvelope.sign(PAYLOAD, EC);
    BigInteger[] parts = Der.parts(signed.signatures().get(0).sig());
    DsseEnvelope twin = withSignature(Der.of(parts[0], ORDER.subtract(parts[1])));
    VerifiedEnvelope first = EnvelopeVerifier.verify(signed, keys(EC));
    VerifiedEnvelope second = EnvelopeVerifier.verify(twin, keys(EC));
    assertThat(twin.signatures()).isNotEqualTo(signed.signatures());
    assertThat(second.statementDigest()).isEqualTo(first.statementDigest());
  }

  @Test
  void anyFlippedBitOfThePayloadFailsToVerify() {
    Tries.of(
        300,
        random -> {
          for (SigningKey key : List.of(ED, EC)) {
            DsseEnvelope signed = DsseEnvelope.sign(PAYLOAD, key);
            refused(withPayload(signed, flipped(PAYLOAD, random)), FailureType.BAD_SIGNATURE, key);
          }
        });
  }

  @Test
  void anyFlippedBitOfTheSignatureFailsToVerify() {
    Tries.of(
        300,
        random -> {
          for (SigningKey key : List.of(ED, EC)) {
            byte[] sig = DsseEnvelope.sign(PAYLOAD, key).signatures().get(0).sig();
            refused(withSignature(flipped(sig, random)), FailureType.BAD_SIGNATURE, key);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
  void theStatementsNameDoesNotChangeWithItsDress(int dress) {
    boolean urlSafe = (dress & 1) != 0;
    boolean padded = (dress & 2) != 0;
    boolean spaced = (dress & 4) != 0;
    boolean hinted = (dress & 8) != 0;
    for (SigningKey key : List.of(ED, EC)) {
      DsseEnvelope signed = DsseEnvelope.sign(PAYLOAD, key);
      Base64.Encoder base64 = urlSafe ? Base64.getUrlEncoder() : Base64.getEncoder();
      Base64.Encoder encoder = padded ? base64 : base64.withoutPadding();
      String gap = spaced ? " \n\t" : "";
      String json =
          "{"
              + gap
              + "\"signatures\":[{"
              + (hinted ? "\"keyid\":\"x\"," : "")
              + "\"sig\":"
              + gap
              + "\""
              + encoder.encodeToString(key.sign(signed.pae()))
              + "\"}],\"payloadType\":\""
              + signed.payloadType()
              + "\","
              + gap
              + "\"p\\u0061yload\":\""
              + encoder.encodeToString(PAYLOAD)
              + "\"}"
              + gap;
      DsseEnvelope dressed = DsseEnvelope.parse(utf8(json));
      assertThat(EnvelopeVerifier.verify(dressed, keys(key)).statementDigest())
          .isEqualTo(signed.statementDigest());
    }
  }

  @Test
  void writesAndReadsBackAnyPayload() {
    Tries.of(
        200,
        random -> {
          byte[] payload = Tries.bytes(random, 1000);
          DsseEnvelope envelope = DsseEnvelope.sign(payload, ED);
          DsseEnvelope read = DsseEnvelope.parse(envelope.write());
          assertThat(EnvelopeVerifier.verify(read, keys(ED)).payload()).isEqualTo(payload);
        });
  }

  private static byte[] flipped(byte[] bytes, Random random) {
    byte[] copy = bytes.clone();
    copy[random.nextInt(copy.length)] ^= (byte) (1 << random.nextInt(8));
    return copy;
  }

  private static DsseEnvelope relabelled(DsseEnvelope envelope, String keyid) {
    return new DsseEnvelope(
        envelope.payloadType(),
        envelope.payload(),
        envelope.signatures().stream()
            .map(s -> new DsseEnvelope.Signature(keyid, s.sig()))
            .toList());
  }

  private static DsseEnvelope withPayload(DsseEnvelope envelope, byte[] payload) {
    return new DsseEnvelope(envelope.payloadType(), payload, envelope.signatures());
  }

  private static DsseEnvelope withSignature(byte[] sig) {
    return new DsseEnvelope(
        DsseEnvelope.IN_TOTO, PAYLOAD, List.of(new DsseEnvelope.Signature("", sig)));
  }

  private static List<VerificationKey> keys(SigningKey... keys) {
    return Arrays.stream(keys).map(SigningKey::verificationKey).toList();
  }

  private static void refused(DsseEnvelope envelope, FailureType type, SigningKey... keys) {
    assertThatThrownBy(() -> EnvelopeVerifier.verify(envelope, keys(keys)))
        .isInstanceOfSatisfying(GateException.class, e -> assertThat(e.type()).isEqualTo(type));
  }
}
