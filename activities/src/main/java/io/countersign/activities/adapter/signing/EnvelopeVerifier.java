package io.countersign.activities.adapter.signing;

import io.countersign.activities.signoff.VerificationKey;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Finds the known key that signed an envelope. */
public final class EnvelopeVerifier {
  private EnvelopeVerifier() {}

  /**
   * The first signature that one of these keys made. What other keys signed beside it neither helps
   * nor harms. The key id of a signature only says which key to try first.
   *
   * <p>Pass the keys of the one person whom the statement names: given everybody's keys, a
   * stranger's signature put in front of a person's own would be the one that is found.
   *
   * @throws GateException BAD_SIGNATURE, or UNKNOWN_KEY where every signature says that another key
   *     made it
   */
  public static VerifiedEnvelope verify(DsseEnvelope envelope, Collection<VerificationKey> keys) {
    byte[] signed = envelope.pae();
    for (DsseEnvelope.Signature signature : envelope.signatures()) {
      for (VerificationKey key : hintedFirst(signature, keys)) {
        if (key.verify(signed, signature.sig())) {
          return new VerifiedEnvelope(key, envelope);
        }
      }
    }
    throw refusal(envelope, keys);
  }

  private static List<VerificationKey> hintedFirst(
      DsseEnvelope.Signature signature, Collection<VerificationKey> keys) {
    return keys.stream()
        .sorted(Comparator.comparing(key -> !key.keyId().equals(signature.keyid())))
        .toList();
  }

  private static GateException refusal(DsseEnvelope envelope, Collection<VerificationKey> keys) {
    boolean foreign =
        !envelope.signatures().isEmpty()
            && envelope.signatures().stream()
                .map(DsseEnvelope.Signature::keyid)
                .allMatch(
                    hint ->
                        !hint.isEmpty()
                            && keys.stream().noneMatch(key -> key.keyId().equals(hint)));
    if (foreign) {
      String hint = Malformed.shown(envelope.signatures().get(0).keyid());
      return new GateException(
          FailureType.UNKNOWN_KEY,
          "envelope: the signature says it is by key "
              + hint
              + ", which is not among the known keys");
    }
    return new GateException(
        FailureType.BAD_SIGNATURE,
        "envelope: none of "
            + envelope.signatures().size()
            + " signatures is by one of "
            + keys.size()
            + " known keys");
  }
}
