package io.countersign.activities.adapter.signing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import io.countersign.activities.signoff.VerificationKey;
import io.countersign.policy.GatePolicy.Issuer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The public keys of one issuer of workload identities. Asking never waits for a network. */
public interface WorkloadKeys {
  /** The keys as they were last read; SOURCE_UNAVAILABLE before the first reading. */
  Generation now();

  /** A token was signed by a key that is not here: reading again is worth while. */
  void wanted();

  /** Opens the keys of issuers. */
  @FunctionalInterface
  interface Source {
    WorkloadKeys of(String name, Issuer issuer);
  }

  /** Keys that never change. */
  static WorkloadKeys fixed(Generation keys) {
    return new WorkloadKeys() {
      @Override
      public Generation now() {
        return keys;
      }

      @Override
      public void wanted() {}
    };
  }

  /** Keys of one reading. Compared by identity. */
  final class Generation {
    private final List<Key> keys;

    private Generation(List<Key> keys) {
      this.keys = List.copyOf(keys);
    }

    /** From PEM texts; an IllegalArgumentException says what is allowed. */
    static Generation ofPem(List<String> pems) {
      return new Generation(pems.stream().map(Key::ofPem).toList());
    }

    /** From a key set; keys that cannot verify signatures are left out. */
    static Generation of(List<JWK> keys) {
      return new Generation(
          keys.stream()
              .filter(key -> key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE))
              .map(Key::of)
              .filter(key -> !key.equals(Key.NONE))
              .toList());
    }

    /** Whether no key of these made this signature. */
    boolean none(JWSHeader header, byte[] input, byte[] signature) {
      return keys.stream().noneMatch(key -> key.made(header, input, signature));
    }
  }

  /**
   * One key.
   *
   * @param id null where keys have no ids, as in PEM files
   * @param algorithm null where the set does not say
   */
  record Key(@Nullable String id, @Nullable String algorithm, Object material) {
    static final Key NONE = new Key(null, null, "none");
    private static final int RSA_LEAST_BITS = 2_048;

    static Key ofPem(String text) {
      Pem pem = Pem.parse(text);
      if (!pem.label().equals("PUBLIC KEY")) {
        throw new IllegalArgumentException(
            "key: found a PEM block " + pem.label() + ", allowed is PUBLIC KEY");
      }
      X509EncodedKeySpec encoding = new X509EncodedKeySpec(pem.der());
      try {
        return new Key(null, null, KeyFactory.getInstance("RSA").generatePublic(encoding));
      } catch (GeneralSecurityException notRsa) {
        try {
          return new Key(null, null, KeyFactory.getInstance("EC").generatePublic(encoding));
        } catch (GeneralSecurityException notEither) {
          return new Key(null, null, Keys.publicKey(text));
        }
      }
    }

    static Key of(JWK key) {
      String id = key.getKeyID();
      String algorithm = key.getAlgorithm() == null ? null : key.getAlgorithm().getName();
      try {
        if (key instanceof RSAKey rsa) {
          return new Key(id, algorithm, rsa.toRSAPublicKey());
        }
        if (key instanceof ECKey ec) {
          return new Key(id, algorithm, ec.toECPublicKey());
        }
        if (key instanceof OctetKeyPair pair && pair.getCurve().equals(Curve.Ed25519)) {
          return new Key(id, algorithm, OpenSsh.rawPublic(pair.getDecodedX()));
        }
        return NONE;
      } catch (JOSEException | IllegalArgumentException e) {
        return NONE;
      }
    }

    boolean made(JWSHeader header, byte[] input, byte[] signature) {
      JWSAlgorithm asked = header.getAlgorithm();
      if ((id != null && header.getKeyID() != null && !id.equals(header.getKeyID()))
          || (algorithm != null && !algorithm.equals(asked.getName()))) {
        return false;
      }
      try {
        if (material instanceof VerificationKey edwards) {
          return asked.equals(JWSAlgorithm.EdDSA) && edwards.verify(input, signature);
        }
        JWSVerifier verifier = verifier((PublicKey) material, asked);
        return verifier != null && verifier.verify(header, input, Base64URL.encode(signature));
      } catch (JOSEException | IllegalArgumentException e) {
        return false;
      }
    }

    private static @Nullable JWSVerifier verifier(PublicKey key, JWSAlgorithm asked)
        throws JOSEException {
      if (key instanceof RSAPublicKey rsa) {
        return JWSAlgorithm.Family.RSA.contains(asked)
                && rsa.getModulus().bitLength() >= RSA_LEAST_BITS
            ? new RSASSAVerifier(rsa)
            : null;
      }
      ECDSAVerifier verifier = new ECDSAVerifier((ECPublicKey) key);
      return verifier.supportedJWSAlgorithms().contains(asked) ? verifier : null;
    }
  }
}
