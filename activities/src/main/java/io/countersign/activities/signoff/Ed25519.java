package io.countersign.activities.signoff;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.util.Set;

/** What java.security leaves out about Ed25519. */
final class Ed25519 {
  private static final BigInteger PRIME = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

  /** The y of one pair of the points of order 8; the other pair has its negative. */
  private static final BigInteger ORDER_EIGHT =
      new BigInteger("05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826", 16);

  /** The y of all points whose order divides 8. */
  private static final Set<BigInteger> SMALL_ORDER =
      Set.of(
          BigInteger.ZERO,
          BigInteger.ONE,
          PRIME.subtract(BigInteger.ONE),
          ORDER_EIGHT,
          PRIME.subtract(ORDER_EIGHT));

  private Ed25519() {}

  /**
   * Under a key of small order one signature fits many messages, so that it binds nobody to
   * anything.
   */
  static void requireBinding(EdECPublicKey key) {
    BigInteger y = key.getPoint().getY();
    if (y.compareTo(PRIME) >= 0 || SMALL_ORDER.contains(y)) {
      throw new IllegalArgumentException("key: found a weak Ed25519 key that no generator makes");
    }
  }

  /**
   * The public key of a private one. java.security only computes it while generating, so the
   * generator is fed the known seed; the caller proves the pair by verifying a signature.
   */
  static PublicKey publicKey(EdECPrivateKey key) throws GeneralSecurityException {
    byte[] seed = key.getBytes().orElseThrow();
    KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
    generator.initialize(NamedParameterSpec.ED25519, new Seed(seed));
    return generator.generateKeyPair().getPublic();
  }

  private static final class Seed extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final transient byte[] seed;

    Seed(byte[] seed) {
      this.seed = seed;
    }

    @Override
    public void nextBytes(byte[] bytes) {
      if (bytes.length != seed.length) {
        throw new IllegalStateException("the generator asked for " + bytes.length + " bytes");
      }
      System.arraycopy(seed, 0, bytes, 0, seed.length);
    }
  }
}
