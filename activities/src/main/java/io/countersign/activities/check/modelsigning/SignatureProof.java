package io.countersign.activities.check.modelsigning;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** Whose key a signature verifies under, and why it is trusted. */
final class SignatureProof {
  private static final String CODE_SIGNING = "1.3.6.1.5.5.7.3.3";

  private SignatureProof() {}

  /** The hint of a bundle names a key to try and nothing else; every trusted one is tried. */
  static Signer byKey(byte[] signed, byte[] signature, TrustedSigners trusted) throws NotVerified {
    for (PublicKey key : trusted.keys()) {
      if (verifies(key, signed, signature)) {
        byte[] digest = io.countersign.release.Digest.sha256().digest(key.getEncoded());
        return new Signer("key " + HexFormat.of().formatHex(digest), List.of());
      }
    }
    throw new NotVerified(
        "bad-signature", "the signature verifies under no key that the tier trusts");
  }

  static Signer byCertificate(
      byte[] signed, byte[] signature, List<byte[]> chain, TrustedSigners trusted, Instant now)
      throws NotVerified {
    try {
      List<X509Certificate> certificates = new ArrayList<>();
      for (byte[] der : chain) {
        certificates.add(TrustedSigners.certificate(der));
      }
      X509Certificate leaf = certificates.get(0);
      trust(certificates, trusted, now);
      purpose(leaf);
      if (!verifies(leaf.getPublicKey(), signed, signature)) {
        throw new NotVerified(
            "bad-signature", "the signature does not verify under its certificate");
      }
      List<String> names = TrustedSigners.names(leaf);
      if (names.stream().noneMatch(trusted.names()::contains)) {
        throw new NotVerified(
            "other-signer", "the certificate is of a signer whom the tier does not name");
      }
      return new Signer(names.get(0), TrustedSigners.alternatives(leaf, 1));
    } catch (GeneralSecurityException e) {
      throw new NotVerified("unreadable-signature", "a certificate of the signature is none");
    }
  }

  private static boolean verifies(PublicKey key, byte[] signed, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance(Curve.algorithm(key));
      verifier.initVerify(key);
      verifier.update(signed);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      // A signature that is no ASN.1, or a certificate with another kind of key.
      return false;
    }
  }

  private static void trust(List<X509Certificate> certificates, TrustedSigners trusted, Instant now)
      throws NotVerified, GeneralSecurityException {
    X509Certificate leaf = certificates.get(0);
    Instant at = trusted.expired() ? leaf.getNotBefore().toInstant() : now;
    try {
      leaf.checkValidity(Date.from(at));
    } catch (CertificateExpiredException | CertificateNotYetValidException e) {
      throw new NotVerified(
          "certificate-expired", "the signer's certificate is over, or not yet valid");
    }
    Set<TrustAnchor> anchors = new HashSet<>();
    trusted.authorities().forEach(ca -> anchors.add(new TrustAnchor(ca, null)));
    if (!anchors.isEmpty()) {
      // An authority that the bundle brings along is an anchor already, not a link of the chain.
      List<X509Certificate> path =
          certificates.stream().filter(one -> !trusted.authorities().contains(one)).toList();
      try {
        PKIXParameters parameters = new PKIXParameters(anchors);
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(at));
        if (!path.isEmpty() && path.get(0).equals(leaf)) {
          CertPathValidator.getInstance("PKIX")
              .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
          return;
        }
      } catch (GeneralSecurityException e) {
        // said below
      }
    }
    throw new NotVerified(
        "untrusted-certificate",
        "the certificate does not lead to an authority that the tier trusts");
  }

  private static void purpose(X509Certificate leaf) throws NotVerified, GeneralSecurityException {
    boolean[] usage = leaf.getKeyUsage();
    List<String> extended = leaf.getExtendedKeyUsage();
    boolean signs =
        (usage != null && usage[0]) || (extended != null && extended.contains(CODE_SIGNING));
    if (!signs || leaf.getBasicConstraints() >= 0) {
      throw new NotVerified(
          "certificate-purpose", "the certificate is not for signing, or is an authority's own");
    }
  }
}
