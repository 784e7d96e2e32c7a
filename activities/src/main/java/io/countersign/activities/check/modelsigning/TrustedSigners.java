package io.countersign.activities.check.modelsigning;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whose signature counts.
 *
 * @param keys public keys on P-256, P-384 or P-521
 * @param authorities certificates that others must lead to
 * @param names who may sign with a certificate: a subject as RFC 2253 writes it, or an e-mail
 *     address, host or URI of the subject alternative name
 * @param expired whether a certificate counts that was valid when it was issued and is not any more
 */
public record TrustedSigners(
    List<PublicKey> keys, List<X509Certificate> authorities, List<String> names, boolean expired) {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----");
  private static final Pattern CERTIFICATE =
      Pattern.compile("-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\\s]+)-----END CERTIFICATE-----");

  public TrustedSigners {
    keys = List.copyOf(keys);
    authorities = List.copyOf(authorities);
    names = List.copyOf(names);
  }

  public boolean nobody() {
    return keys.isEmpty() && authorities.isEmpty();
  }

  /** Reads one public key in PEM; an {@link IllegalArgumentException} says what is allowed. */
  public static PublicKey key(String pem) {
    try {
      byte[] der = only(KEY, pem);
      PublicKey key = KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der));
      Curve.algorithm(key);
      return key;
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("a public key on P-256, P-384 or P-521, in PEM", e);
    }
  }

  /** Reads one certificate in PEM. */
  public static X509Certificate authority(String pem) {
    try {
      X509Certificate certificate = certificate(only(CERTIFICATE, pem));
      if (certificate.getBasicConstraints() < 0) {
        throw new IllegalArgumentException("the certificate of an authority (basicConstraints CA)");
      }
      return certificate;
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("a certificate in PEM", e);
    }
  }

  static X509Certificate certificate(byte[] der) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  private static byte[] only(Pattern pattern, String pem) {
    Matcher matcher = pattern.matcher(pem.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("one key or certificate in PEM, and nothing else");
    }
    return Base64.getMimeDecoder().decode(matcher.group(1));
  }

  /** The names that a certificate gives its holder. */
  static List<String> names(X509Certificate certificate) throws GeneralSecurityException {
    List<String> names = new ArrayList<>();
    names.add(certificate.getSubjectX500Principal().getName());
    names.addAll(alternatives(certificate, 1));
    names.addAll(alternatives(certificate, 2));
    names.addAll(alternatives(certificate, 6));
    return names;
  }

  /** Subject alternative names of one kind (RFC 5280, 4.2.1.6): 1 e-mail, 2 host, 6 URI. */
  static List<String> alternatives(X509Certificate certificate, int kind)
      throws GeneralSecurityException {
    List<String> names = new ArrayList<>();
    var all = certificate.getSubjectAlternativeNames();
    if (all != null) {
      for (List<?> name : all) {
        if (Integer.valueOf(kind).equals(name.get(0)) && name.get(1) instanceof String text) {
          names.add(text);
        }
      }
    }
    return names;
  }
}
