package io.countersign.worker.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.adapter.signing.Keys;
import io.countersign.release.Digest;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** What people read to each other: SHA-256 of public keys and certificates, in DER. */
final class Fingerprints {
  private Fingerprints() {}

  /**
   * One key or certificate.
   *
   * @param kind {@code gate-key}, {@code policy-owner} or {@code time-stamp-authority}
   */
  record Line(String kind, String name, String sha256) {}

  static List<Line> of(JsonNode trust) {
    List<Line> lines = new ArrayList<>();
    for (JsonNode key : trust.path("gateKeys")) {
      lines.add(new Line("gate-key", key.path("id").asText(), keyId(key)));
    }
    for (JsonNode owner : trust.path("policyOwners")) {
      for (JsonNode key : owner.path("keys")) {
        lines.add(new Line("policy-owner", owner.path("id").asText(), keyId(key)));
      }
    }
    for (JsonNode certificate : trust.path("timeStampAuthorities")) {
      lines.add(certificate(certificate.asText()));
    }
    return List.copyOf(lines);
  }

  private static String keyId(JsonNode key) {
    return Keys.publicKey(key.path("publicKey").asText()).keyId();
  }

  private static Line certificate(String pem) {
    try {
      X509Certificate read =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(
                      new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
      return new Line(
          "time-stamp-authority",
          read.getSubjectX500Principal().getName(),
          Digest.of(read.getEncoded()).hex());
    } catch (CertificateException e) {
      throw new IllegalArgumentException("timeStampAuthorities: found what is no certificate");
    }
  }
}
