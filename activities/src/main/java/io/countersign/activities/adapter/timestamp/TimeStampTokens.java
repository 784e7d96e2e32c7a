package io.countersign.activities.adapter.timestamp;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampToken;

/**
 * Verifies time-stamp tokens (RFC 3161, section 2.4.2) without a network. The signer's certificate
 * is one of the configured ones or was issued below one of them, was valid at the stamped time, and
 * is for time stamping alone.
 */
public final class TimeStampTokens {
  private static final int LIMIT = 1024 * 1024;

  private final List<X509Certificate> trusted;

  /**
   * @param trusted the authority's certificates, or those of who issued them
   */
  public TimeStampTokens(Collection<X509Certificate> trusted) {
    if (trusted.isEmpty()) {
      throw new IllegalArgumentException("time stamps: certificates must not be empty");
    }
    this.trusted = List.copyOf(trusted);
  }

  /** Reads a file of PEM certificates. */
  public static TimeStampTokens of(Path certificates) {
    try (InputStream in = Files.newInputStream(certificates)) {
      return of(new String(in.readNBytes(LIMIT), StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new IllegalArgumentException(certificates + ": cannot be read", e);
    }
  }

  /** Reads PEM certificates. */
  public static TimeStampTokens of(String pem) {
    List<X509Certificate> read = new ArrayList<>();
    try (InputStream in = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))) {
      CertificateFactory.getInstance("X.509")
          .generateCertificates(in)
          .forEach(certificate -> read.add((X509Certificate) certificate));
    } catch (IOException | CertificateException e) {
      throw new IllegalArgumentException("time stamps: these are no PEM certificates", e);
    }
    return new TimeStampTokens(read);
  }

  /**
   * The authority's time of a token over this imprint.
   *
   * @param der the TimeStampToken
   * @throws GateException BAD_TIME_STAMP when the token is not such a one
   */
  public Instant verify(byte[] der, Digest imprint) {
    try {
      return verify(new TimeStampToken(new CMSSignedData(der)), imprint);
    } catch (CMSException | TSPException | IOException | IllegalArgumentException e) {
      throw new GateException(FailureType.BAD_TIME_STAMP, "the token cannot be read", e);
    }
  }

  Instant verify(TimeStampToken token, Digest imprint) {
    boolean same =
        token.getTimeStampInfo().getMessageImprintAlgOID().equals(NISTObjectIdentifiers.id_sha256)
            && Arrays.equals(
                token.getTimeStampInfo().getMessageImprintDigest(),
                HexFormat.of().parseHex(imprint.hex()));
    if (!same) {
      throw refused("the token stamps something else");
    }
    Date at = token.getTimeStampInfo().getGenTime();
    X509Certificate signer = signer(token);
    requireTrusted(signer, token, at);
    try {
      // Also: valid at the time, for time stamping alone, and the one that the token names.
      token.validate(new JcaSimpleSignerInfoVerifierBuilder().build(signer));
    } catch (TSPException | OperatorCreationException | IllegalArgumentException e) {
      throw new GateException(FailureType.BAD_TIME_STAMP, "the signature does not verify", e);
    }
    return at.toInstant();
  }

  private X509Certificate signer(TimeStampToken token) {
    List<X509Certificate> known = new ArrayList<>(inside(token));
    known.addAll(trusted);
    for (X509Certificate certificate : known) {
      try {
        if (token.getSID().match(new X509CertificateHolder(certificate.getEncoded()))) {
          return certificate;
        }
      } catch (IOException | GeneralSecurityException e) {
        throw new GateException(FailureType.BAD_TIME_STAMP, "a certificate cannot be read", e);
      }
    }
    throw refused("the token's certificate is not known");
  }

  private static List<X509Certificate> inside(TimeStampToken token) {
    JcaX509CertificateConverter converter = new JcaX509CertificateConverter();
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      for (X509CertificateHolder holder : token.getCertificates().getMatches(null)) {
        certificates.add(converter.getCertificate(holder));
      }
    } catch (CertificateException e) {
      throw new GateException(FailureType.BAD_TIME_STAMP, "a certificate cannot be read", e);
    }
    return certificates;
  }

  private void requireTrusted(X509Certificate signer, TimeStampToken token, Date at) {
    if (trusted.contains(signer)) {
      return;
    }
    Set<TrustAnchor> anchors = new HashSet<>();
    trusted.forEach(certificate -> anchors.add(new TrustAnchor(certificate, null)));
    try {
      List<X509Certificate> path = path(signer, inside(token));
      PKIXParameters parameters = new PKIXParameters(anchors);
      parameters.setRevocationEnabled(false);
      parameters.setDate(at);
      CertPathValidator.getInstance("PKIX")
          .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
    } catch (GeneralSecurityException e) {
      throw new GateException(
          FailureType.BAD_TIME_STAMP, "the authority's certificate is not trusted", e);
    }
  }

  /** From the signer up to below a trusted issuer, of what the token brings along. */
  private List<X509Certificate> path(X509Certificate signer, List<X509Certificate> brought) {
    List<X509Certificate> path = new ArrayList<>(List.of(signer));
    X509Certificate last = signer;
    while (!issuedBy(last, trusted) && path.size() < 8) {
      X509Certificate issued = last;
      X509Certificate issuer =
          brought.stream()
              .filter(other -> !path.contains(other))
              .filter(
                  other -> other.getSubjectX500Principal().equals(issued.getIssuerX500Principal()))
              .findFirst()
              .orElse(null);
      if (issuer == null) {
        return path;
      }
      path.add(issuer);
      last = issuer;
    }
    return path;
  }

  private static boolean issuedBy(X509Certificate issued, List<X509Certificate> issuers) {
    return issuers.stream()
        .anyMatch(
            issuer -> issuer.getSubjectX500Principal().equals(issued.getIssuerX500Principal()));
  }

  private static GateException refused(String why) {
    return new GateException(FailureType.BAD_TIME_STAMP, why);
  }
}
