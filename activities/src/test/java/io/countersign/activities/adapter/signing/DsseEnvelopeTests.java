package io.countersign.activities.adapter.signing;

import static io.countersign.activities.adapter.signing.Fixtures.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.signoff.KeyAlgorithm;
import io.countersign.activities.signoff.VerificationKey;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DsseEnvelopeTests {
  private static final String SIGNATURES = "\"signatures\":[{\"keyid\":\"k\",\"sig\":\"AAAA\"}]";
  private static final String TYPE = "\"payloadType\":\"application/vnd.in-toto+json\"";

  /**
   * The test vector of the DSSE protocol 1.0. Its signature is the raw r and s; the gate's own are
   * DER.
   */
  @Test
  void signsTheBytesOfTheProtocolsTestVector() throws Exception {
    byte[] pae = DsseEnvelope.pae("http://example.com/HelloWorld", utf8("hello world"));
    assertThat(pae).isEqualTo(utf8("DSSEv1 29 http://example.com/HelloWorld 11 hello world"));

    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    ECPoint point =
        new ECPoint(
            new BigInteger(
                "46950820868899156662930047687818585632848591499744589407958293238635476079160"),
            new BigInteger(
                "5640078356564379163099075877009565129882514886557779369047442380624545832820"));
    ECPublicKey key =
        (ECPublicKey)
            KeyFactory.getInstance("EC")
                .generatePublic(
                    new ECPublicKeySpec(point, parameters.getParameterSpec(ECParameterSpec.class)));
    byte[] raw =
        Base64.getDecoder()
            .decode(
                "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==");
    Signature verifier = Signature.getInstance("SHA256withECDSAinP1363Format");
    verifier.initVerify(key);
    verifier.update(pae);
    assertThat(verifier.verify(raw)).isTrue();
    assertThat(VerificationKey.of(key).verify(pae, Der.of(raw))).isTrue();
    assertThat(VerificationKey.of(key).verify(pae, raw)).isFalse();
  }

  /**
   * Ed25519 is deterministic: the keys of RFC 8032, 7.1, over the statement of DSSE's own vectors.
   */
  @Test
  void verifiesDssesVectorForEd25519AndItsUrlSafeForm() {
    VerificationKey key =
        OpenSsh.rawPublic(
            HexFormat.of()
                .parseHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"));
    String standard =
        "{\"payload\":\"eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEifQ==\","
            + TYPE
            + ",\"signatures\":[{\"sig\":\"2WAfaHm5jluo0w+0rk8uVkluELJYWjSmU9x7EUzx+AyteDGJ4/nqyJXfmAUVFIAoQafWm7AxBZNw5M9ixNHiCA==\"}]}";
    String urlSafe =
        "{\"payload\":\"-_-_Pj8=\","
            + TYPE
            + ",\"signatures\":[{\"sig\":\"P-_KHICeR7tI6S_YyejJTRtrXhcQyQ2LYPaL8h90KjC9qN8HU_svOQ6TuDOT1HIrsGW886DbWNWcCmX5twLrAw==\"}]}";
    for (String envelope : List.of(standard, urlSafe)) {
      assertThat(EnvelopeVerifier.verify(DsseEnvelope.parse(utf8(envelope)), List.of(key)).keyId())
          .isEqualTo(key.keyId());
    }
  }

  @Test
  void countsTheBytesOfTheTypeNotItsCharacters() {
    assertThat(DsseEnvelope.pae("ä", new byte[0])).isEqualTo(utf8("DSSEv1 2 ä 0 "));
  }

  @Test
  void writesOneLineAndReadsItBack() {
    DsseEnvelope envelope = DsseEnvelope.sign(utf8("{}"), Fixtures.key(KeyAlgorithm.ED25519));
    assertThat(new String(envelope.write(), StandardCharsets.UTF_8))
        .doesNotContain("\n")
        .startsWith("{\"payload\":\"e30=\"");
    assertThat(DsseEnvelope.parse(envelope.write())).isEqualTo(envelope);
  }

  @Test
  void anExtensionIsReadOverAndDropped() {
    String json =
        "{\"payload\":\"e30\","
            + TYPE
            + ",\"signatures\":[{\"sig\":\"AAAA\",\"extension\":{\"kind\":\"x\"}}]}";
    DsseEnvelope envelope = DsseEnvelope.parse(utf8(json));
    assertThat(envelope.signatures()).hasSize(1);
    assertThat(new String(envelope.write(), StandardCharsets.UTF_8)).doesNotContain("extension");
  }

  static Stream<String> malformed() {
    return Stream.of(
        "",
        "null",
        "[]",
        "\"text\"",
        "{",
        "{}",
        "{\"payload\":\"e30=\"," + TYPE + "}",
        "{\"payload\":\"e30=\"," + SIGNATURES + "}",
        "{" + TYPE + "," + SIGNATURES + "}",
        "{\"payload\":1," + TYPE + "," + SIGNATURES + "}",
        "{\"payload\":null," + TYPE + "," + SIGNATURES + "}",
        "{\"payload\":\"e30=\",\"payload\":\"e30=\"," + TYPE + "," + SIGNATURES + "}",
        "{\"payload\":\"e30=\",\"p\\u0061yload\":\"e30=\"," + TYPE + "," + SIGNATURES + "}",
        "{\"payload\":\"e30=\",\"Payload\":\"\"," + TYPE + "," + SIGNATURES + "}",
        "{\"payload\":\"e3 0=\"," + TYPE + "," + SIGNATURES + "}",
        "{\"payload\":\"-+AA\"," + TYPE + "," + SIGNATURES + "}",
        "{\"payload\":\"ä\"," + TYPE + "," + SIGNATURES + "}",
        "{\"payload\":\"e30=\",\"payloadType\":\"application/json\"," + SIGNATURES + "}",
        "{\"payload\":\"e30=\",\"payloadType\":\"Application/vnd.in-toto+json\","
            + SIGNATURES
            + "}",
        "{\"payload\":\"e30=\"," + TYPE + ",\"signatures\":{}}",
        "{\"payload\":\"e30=\"," + TYPE + ",\"signatures\":[null]}",
        "{\"payload\":\"e30=\"," + TYPE + ",\"signatures\":[{\"keyid\":\"k\"}]}",
        "{\"payload\":\"e30=\"," + TYPE + ",\"signatures\":[{\"sig\":\"AAAA\",\"alg\":\"none\"}]}",
        "{\"payload\":\"e30=\"," + TYPE + ",\"signatures\":[{\"sig\":\"AAAA\",\"keyid\":7}]}",
        "{\"payload\":\"e30=\","
            + TYPE
            + ",\"signatures\":[{\"sig\":\"AAAA\",\"keyid\":\""
            + "k".repeat(257)
            + "\"}]}",
        "{\"payload\":\"e30=\","
            + TYPE
            + ",\"signatures\":[{\"sig\":\""
            + "A".repeat(800)
            + "\"}]}",
        "{\"payload\":\"e30=\","
            + TYPE
            + ",\"signatures\":["
            + "{\"sig\":\"AAAA\"},".repeat(8)
            + "{\"sig\":\"AAAA\"}]}",
        "{\"payload\":\"e30=\"," + TYPE + "," + SIGNATURES + "} {}",
        "{\"payload\":\"e30=\"," + TYPE + "," + SIGNATURES + "}x",
        "\uFEFF{\"payload\":\"e30=\"," + TYPE + "," + SIGNATURES + "}",
        "[".repeat(60_000),
        "{\"a\":".repeat(12_000),
        "{'payload':'e30='}",
        "{\"payload\":\"e30=\"," + TYPE + "," + SIGNATURES + ",}",
        "{\"payload\":\"e30=\"," + TYPE + "," + SIGNATURES + "}//");
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void refusesWhatIsMalformed(String json) {
    assertThatThrownBy(() -> DsseEnvelope.parse(utf8(json)))
        .isInstanceOfSatisfying(
            GateException.class, e -> assertThat(e.type()).isEqualTo(FailureType.UNREADABLE))
        .hasMessageContaining("allowed")
        .message()
        .hasSizeLessThan(400)
        .doesNotContain("com.fasterxml");
  }

  @Test
  void refusesOtherEncodingsThanUtf8() {
    String json = "{\"payload\":\"e30=\"," + TYPE + "," + SIGNATURES + "}";
    for (byte[] bytes :
        List.of(
            json.getBytes(StandardCharsets.UTF_16),
            new byte[] {'{', (byte) 0xC0, (byte) 0x80, '}'})) {
      assertThatThrownBy(() -> DsseEnvelope.parse(bytes))
          .isInstanceOfSatisfying(
              GateException.class, e -> assertThat(e.type()).isEqualTo(FailureType.UNREADABLE));
    }
  }

  @Test
  void refusesOversizedMessagesBeforeReadingThem() {
    assertThatThrownBy(() -> DsseEnvelope.parse(new byte[DsseEnvelope.MESSAGE_LIMIT + 1]))
        .isInstanceOfSatisfying(
            GateException.class, e -> assertThat(e.type()).isEqualTo(FailureType.OVERSIZED));
  }

  @Test
  void controlCharactersNeverReachAMessage() {
    String json =
        "{\"payload\":\"e30=\",\"payloadType\":\"\\u001b[2J\\u202e\\nx\"," + SIGNATURES + "}";
    assertThatThrownBy(() -> DsseEnvelope.parse(utf8(json))).message().contains("'?[2J??x'");
  }
}
