package io.countersign.worker.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.countersign.activity.GateJson;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.failure.GateFailures;
import io.countersign.gate.ReleaseGate;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.failure.v1.ApplicationFailureInfo;
import io.temporal.api.failure.v1.Failure;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DataConverterException;
import io.temporal.common.converter.RawValue;
import io.temporal.failure.ApplicationFailure;
import io.temporal.payload.codec.PayloadCodec;
import io.temporal.payload.context.ActivitySerializationContext;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SealedPayloadsTests {
  private static final String WORDS = "what people wrote";

  private final LocalPayloadKey vault = new LocalPayloadKey();
  private final SealedPayloads sender = codec(false);
  private final SealedPayloads reader = codec(false);

  private SealedPayloads codec(boolean acceptPlaintext) {
    return new SealedPayloads(vault.publicKey(), vault, acceptPlaintext, Clock.systemUTC());
  }

  private static Payload clear() {
    return GateJson.converter().toPayload(WORDS).orElseThrow();
  }

  private Payload sealed() {
    return sender.encode(List.of(clear())).get(0);
  }

  private Payload opened(Payload payload) {
    return reader.decode(List.of(payload)).get(0);
  }

  @Test
  void aReaderOpensWhatASenderWithThePublicKeyAloneHasSealed() {
    Payload sealed = sealed();
    assertThat(sealed.toByteString().toStringUtf8()).doesNotContain(WORDS);
    assertThat(opened(sealed)).isEqualTo(clear());
  }

  @Test
  void noTwoPayloadsShareANonceAndOneKeyIsWrappedOnce() {
    Set<ByteString> nonces = new HashSet<>();
    Set<String> keys = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      Payload sealed = sealed();
      nonces.add(sealed.getData().substring(0, 12));
      keys.add(sealed.getMetadataOrThrow(SealedPayloads.KEY).toStringUtf8());
      assertThat(opened(sealed)).isEqualTo(clear());
    }
    assertThat(nonces).hasSize(1_000);
    assertThat(keys).hasSize(1);
    assertThat(vault.asked).isEqualTo(1);
  }

  @Test
  void aKeyIsReplacedAfterAnHourAndTheOldOneStillOpens() {
    Instant[] now = {Instant.parse("2026-11-23T10:00:00Z")};
    Clock clock =
        new Clock() {
          @Override
          public ZoneOffset getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(java.time.ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return now[0];
          }
        };
    SealedPayloads aging = new SealedPayloads(vault.publicKey(), vault, false, clock);
    Payload first = aging.encode(List.of(clear())).get(0);
    now[0] = now[0].plus(Duration.ofMinutes(61));
    Payload second = aging.encode(List.of(clear())).get(0);
    assertThat(second.getMetadataOrThrow(SealedPayloads.KEY))
        .isNotEqualTo(first.getMetadataOrThrow(SealedPayloads.KEY));
    assertThat(opened(first)).isEqualTo(clear());
    assertThat(opened(second)).isEqualTo(clear());
  }

  @Test
  void plaintextIsTaggedAndNoConverterTakesIt() {
    Payload tagged = opened(clear());
    assertThat(tagged.getMetadataOrThrow("encoding").toStringUtf8())
        .isEqualTo(SealedPayloads.REFUSED);
    assertThat(tagged.getMetadataOrThrow(SealedPayloads.WHY).toStringUtf8())
        .isEqualTo(SealedPayloads.PLAINTEXT);
    DataConverter converter = SealingConverter.of(reader);
    assertThatExceptionOfType(DataConverterException.class)
        .isThrownBy(() -> converter.fromPayload(clear(), String.class, String.class));
    assertThat(
            converter
                .fromPayload(clear(), RawValue.class, RawValue.class)
                .getPayload()
                .getMetadataOrThrow("encoding")
                .toStringUtf8())
        .isEqualTo(SealedPayloads.REFUSED);
  }

  @Test
  void plaintextIsTakenWhileAnInstallationChangesOver() {
    assertThat(codec(true).decode(List.of(clear()))).containsExactly(clear());
  }

  static Stream<Payload> changed() {
    LocalPayloadKey vault = new LocalPayloadKey();
    SealedPayloads one = new SealedPayloads(vault.publicKey(), vault, false, Clock.systemUTC());
    SealedPayloads two = new SealedPayloads(vault.publicKey(), vault, false, Clock.systemUTC());
    Payload good = one.encode(List.of(clear())).get(0);
    Payload other = two.encode(List.of(clear())).get(0);
    String wrapped = good.getMetadataOrThrow(SealedPayloads.KEY).toStringUtf8();
    byte[] data = good.getData().toByteArray();
    byte[] flipped = data.clone();
    flipped[data.length - 1] ^= 1;
    byte[] nonce = data.clone();
    nonce[0] ^= 1;
    return Stream.of(
        good.toBuilder().setData(ByteString.EMPTY).build(),
        good.toBuilder().setData(ByteString.copyFrom(data, 0, 20)).build(),
        good.toBuilder().setData(ByteString.copyFrom(data, 0, data.length - 1)).build(),
        good.toBuilder().setData(ByteString.copyFrom(flipped)).build(),
        good.toBuilder().setData(ByteString.copyFrom(nonce)).build(),
        good.toBuilder().removeMetadata(SealedPayloads.KEY).build(),
        key(good, ""),
        key(good, "vault:v1:"),
        key(good, wrapped.replace("vault:v1:", "vault:v2:")),
        key(good, wrapped.substring(0, wrapped.length() - 4)),
        key(good, "vault:v1:" + "A".repeat(512)),
        key(good, "x".repeat(100_000)),
        key(good, other.getMetadataOrThrow(SealedPayloads.KEY).toStringUtf8()));
  }

  private static Payload key(Payload payload, String wrapped) {
    return payload.toBuilder()
        .putMetadata(SealedPayloads.KEY, ByteString.copyFromUtf8(wrapped))
        .build();
  }

  @ParameterizedTest
  @MethodSource("changed")
  void whatWasChangedIsTaggedAndNeverThrown(Payload payload) {
    Payload tagged = opened(payload);
    assertThat(tagged.getMetadataOrThrow(SealedPayloads.WHY).toStringUtf8())
        .isEqualTo(SealedPayloads.MALFORMED);
    assertThat(opened(payload)).as("on replay").isEqualTo(tagged);
  }

  @Test
  void junkCostsOneQuestionOrNone() {
    Payload bogus = key(sealed(), "vault:v1:" + "A".repeat(512));
    opened(bogus);
    opened(bogus);
    opened(key(sealed(), "vault:v1:short"));
    assertThat(vault.asked).isEqualTo(1);
  }

  @Test
  void whileNobodyCanBeAskedNothingIsDecided() {
    Payload sealed = sealed();
    vault.away = true;
    assertThatExceptionOfType(GateException.class)
        .isThrownBy(() -> opened(sealed))
        .satisfies(away -> assertThat(away.type()).isEqualTo(FailureType.VAULT_UNAVAILABLE));
    vault.away = false;
    assertThat(opened(sealed)).isEqualTo(clear());
  }

  @Test
  void failuresAreSealedWithTheirMessagesAndReadAgain() {
    DataConverter converter = SealingConverter.of(sender);
    Failure failure =
        converter.exceptionToFailure(GateFailures.lasting(FailureType.OWN_RELEASE, WORDS));
    assertThat(failure.toByteString().toString(StandardCharsets.ISO_8859_1)).doesNotContain(WORDS);
    ApplicationFailure read =
        (ApplicationFailure) SealingConverter.of(reader).failureToException(failure);
    assertThat(read.getOriginalMessage()).isEqualTo(WORDS);
    assertThat(GateFailures.typeOf(read)).isEqualTo(FailureType.OWN_RELEASE);
  }

  @Test
  void aForgedFailureIsReadWithoutWhatCannotBeRead() {
    Failure forged =
        Failure.newBuilder()
            .setMessage("shown")
            .setEncodedAttributes(clear())
            .setApplicationFailureInfo(ApplicationFailureInfo.newBuilder().setType("OWN_RELEASE"))
            .setCause(Failure.newBuilder().setEncodedAttributes(clear()))
            .build();
    ApplicationFailure read =
        (ApplicationFailure) SealingConverter.of(reader).failureToException(forged);
    assertThat(read.getType()).isEqualTo("OWN_RELEASE");
    assertThat(read.getOriginalMessage()).isEqualTo("shown");
  }

  @Test
  void theKeysFileIsReadAsItWasWritten() {
    PayloadKey key = vault.publicKey();
    assertThat(PayloadKey.parse(key.text())).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "transit:countersign-payload:v1",
        "transit:countersign-payload:v0\n-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        "transit:countersign-payload:v1\n-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        "transit:Other Key:v1\n-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"
      })
  void anyOtherFileIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PayloadKey.parse(text))
        .withMessageStartingWith("payload key: ");
  }

  private static DataConverter toward(PayloadCodec codec, String queue) {
    return SealingConverter.of(codec)
        .withContext(
            new ActivitySerializationContext(
                "default", "release/x", "ReleaseGate", "risk.bias", queue, false));
  }

  @Test
  void whatGoesToAWorkerOfSomebodyElseIsReadableThereAndNothingElseIs() {
    Payload abroad = toward(sender, "python-checks").toPayload(WORDS).orElseThrow();
    assertThat(abroad).isEqualTo(clear());
    Payload home = toward(sender, ReleaseGate.TASK_QUEUE).toPayload(WORDS).orElseThrow();
    assertThat(SealedPayloads.sealed(home)).isTrue();
    assertThat(SealedPayloads.sealed(SealingConverter.of(sender).toPayload(WORDS).orElseThrow()))
        .isTrue();
  }

  @Test
  void whatComesFromAWorkerOfSomebodyElseIsTakenInTheClearOrSealed() {
    DataConverter abroad = toward(reader, "python-checks");
    assertThat(abroad.fromPayload(clear(), String.class, String.class)).isEqualTo(WORDS);
    assertThat(abroad.fromPayload(sealed(), String.class, String.class)).isEqualTo(WORDS);
    DataConverter home = toward(reader, ReleaseGate.TASK_QUEUE);
    assertThatThrownBy(() -> home.fromPayload(clear(), String.class, String.class))
        .isInstanceOf(DataConverterException.class);
  }
}
