package io.countersign.worker.config;

import io.countersign.activities.adapter.vault.VaultKeyUnwrapping;
import io.countersign.activity.GateJson;
import io.countersign.worker.codec.PayloadKey;
import io.countersign.worker.codec.SealedPayloads;
import io.countersign.worker.codec.SealingConverter;
import io.countersign.worker.remote.RemoteOpening;
import io.temporal.common.converter.DataConverter;
import io.temporal.payload.codec.PayloadCodec;
import java.time.Clock;
import java.util.Optional;

/** How payloads travel, as the settings say: sealed to the payload key, or in the clear. */
public final class PayloadSealing {
  private PayloadSealing() {}

  /** What a worker seals and opens with; empty when payloads travel in the clear. */
  public static Optional<PayloadCodec> ofWorker(Settings settings) {
    return settings
        .payloadKey()
        .map(
            key ->
                new SealedPayloads(
                    ofVault(key),
                    new VaultKeyUnwrapping(
                        settings.vault(), settings.vaultWatch(), Clock.systemUTC()),
                    settings.acceptPlaintext(),
                    Clock.systemUTC()));
  }

  /** The newest version of the public key, from Vault; NOT_ONBOARDED where there is none. */
  public static PayloadKey newestKey(Settings settings) {
    VaultKeyUnwrapping.Newest newest =
        new VaultKeyUnwrapping(settings.vault(), settings.vaultWatch(), Clock.systemUTC()).newest();
    return new PayloadKey(VaultKeyUnwrapping.KEY, newest.version(), newest.key());
  }

  private static PayloadKey ofVault(PayloadKey key) {
    if (!key.name().equals(VaultKeyUnwrapping.KEY)) {
      throw new InvalidSettingException(
          Setting.ENCRYPTION_KEY.propertyName()
              + ": the key is of "
              + key.name()
              + ", allowed is "
              + VaultKeyUnwrapping.KEY);
    }
    return key;
  }

  /** How a worker's values become payloads. */
  public static DataConverter converter(Optional<PayloadCodec> codec) {
    return codec.map(SealingConverter::of).orElseGet(GateJson::converter);
  }

  /**
   * How a command's values become payloads. It needs no Vault: it seals with the public key, and
   * has answers opened by a worker.
   */
  public static DataConverter ofClient(Settings settings) {
    return settings
        .payloadKey()
        .map(
            key ->
                SealingConverter.of(
                    new RemoteOpening(
                        key,
                        settings.apiUrl().orElse(null),
                        settings.codecPassFile().orElse(null),
                        Clock.systemUTC())))
        .orElseGet(GateJson::converter);
  }
}
