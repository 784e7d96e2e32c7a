package io.countersign.activities.check.modelsigning;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.util.List;

/** A curve on which models are signed, with the digest that belongs to it. */
record Curve(ECParameterSpec parameters, String algorithm) {
  private static final List<Curve> ALL =
      List.of(
          of("secp256r1", "SHA256withECDSA"),
          of("secp384r1", "SHA384withECDSA"),
          of("secp521r1", "SHA512withECDSA"));

  private static Curve of(String name, String algorithm) {
    try {
      AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
      named.init(new ECGenParameterSpec(name));
      return new Curve(named.getParameterSpec(ECParameterSpec.class), algorithm);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** How a key signs. */
  static String algorithm(PublicKey key) throws GeneralSecurityException {
    if (key instanceof ECPublicKey ec) {
      for (Curve curve : ALL) {
        if (curve.is(ec.getParams())) {
          return curve.algorithm();
        }
      }
    }
    throw new GeneralSecurityException("another kind of key");
  }

  private boolean is(ECParameterSpec other) {
    return parameters.getCurve().equals(other.getCurve())
        && parameters.getGenerator().equals(other.getGenerator())
        && parameters.getOrder().equals(other.getOrder())
        && parameters.getCofactor() == other.getCofactor();
  }
}
