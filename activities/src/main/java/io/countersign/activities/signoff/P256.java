package io.countersign.activities.signoff;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.List;
import javax.crypto.KeyAgreement;

/** What java.security leaves out about the curve P-256. */
final class P256 {
  static final ECParameterSpec CURVE = curve();

  private static final BigInteger PRIME = ((ECFieldFp) CURVE.getCurve().getField()).getP();

  private P256() {}

  static boolean isCurveOf(ECKey key) {
    ECParameterSpec other = key.getParams();
    return other.getCurve().equals(CURVE.getCurve())
        && other.getGenerator().equals(CURVE.getGenerator())
        && other.getOrder().equals(CURVE.getOrder())
        && other.getCofactor() == CURVE.getCofactor();
  }

  /** A point off the curve would be verified in another, weaker group. */
  static void requireOnCurve(ECPublicKey key) {
    ECPoint point = key.getW();
    boolean on =
        !point.equals(ECPoint.POINT_INFINITY)
            && inField(point.getAffineX())
            && inField(point.getAffineY())
            && point.getAffineY().modPow(BigInteger.TWO, PRIME).equals(square(point.getAffineX()));
    if (!on) {
      throw new IllegalArgumentException("key: found a point that is not on P-256");
    }
  }

  /**
   * The two public keys that a private key may have: Diffie-Hellman with the generator yields the x
   * of the public point without doing curve arithmetic of our own; the caller finds the sign of y
   * by verifying a signature.
   */
  static List<ECPublicKey> candidates(ECPrivateKey key) throws GeneralSecurityException {
    KeyFactory factory = KeyFactory.getInstance("EC");
    KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(key);
    agreement.doPhase(
        factory.generatePublic(new ECPublicKeySpec(CURVE.getGenerator(), CURVE)), true);
    BigInteger x = new BigInteger(1, agreement.generateSecret());
    BigInteger y = square(x).modPow(PRIME.add(BigInteger.ONE).shiftRight(2), PRIME);
    return List.of(point(factory, x, y), point(factory, x, PRIME.subtract(y)));
  }

  private static ECPublicKey point(KeyFactory factory, BigInteger x, BigInteger y)
      throws GeneralSecurityException {
    return (ECPublicKey) factory.generatePublic(new ECPublicKeySpec(new ECPoint(x, y), CURVE));
  }

  /** The curve's equation: y² for this x. */
  private static BigInteger square(BigInteger x) {
    return x.pow(3)
        .add(CURVE.getCurve().getA().multiply(x))
        .add(CURVE.getCurve().getB())
        .mod(PRIME);
  }

  private static boolean inField(BigInteger coordinate) {
    return coordinate.signum() >= 0 && coordinate.compareTo(PRIME) < 0;
  }

  private static ECParameterSpec curve() {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec("secp256r1"));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every supported Java platform has P-256", e);
    }
  }
}
