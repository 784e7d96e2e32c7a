package io.countersign.activities.adapter.signing;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.util.Arrays;

/** ECDSA signatures in DER, for tests that bend them. */
final class Der {
  private Der() {}

  /** From the raw r and s of P-256. */
  static byte[] of(byte[] raw) {
    return of(
        new BigInteger(1, Arrays.copyOf(raw, 32)),
        new BigInteger(1, Arrays.copyOfRange(raw, 32, 64)));
  }

  static byte[] of(BigInteger r, BigInteger s) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (BigInteger part : new BigInteger[] {r, s}) {
      body.write(2);
      body.write(part.toByteArray().length);
      body.writeBytes(part.toByteArray());
    }
    ByteArrayOutputStream der = new ByteArrayOutputStream();
    der.write(0x30);
    der.write(body.size());
    der.writeBytes(body.toByteArray());
    return der.toByteArray();
  }

  /** r and s of a DER signature. */
  static BigInteger[] parts(byte[] der) {
    int length = der[3];
    BigInteger r = new BigInteger(1, Arrays.copyOfRange(der, 4, 4 + length));
    return new BigInteger[] {r, new BigInteger(1, Arrays.copyOfRange(der, 6 + length, der.length))};
  }
}
