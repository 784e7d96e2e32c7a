package io.countersign.activities.adapter.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.policy.Trust;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** What a trust file must hold to beyond its schema. */
final class TrustRules {
  private static final String BEGIN = "-----BEGIN CERTIFICATE-----";

  private TrustRules() {}

  static void check(JsonNode json, Function<String, String> fingerprint, Problems problems) {
    Set<String> seen = new HashSet<>();
    JsonNode keys = json.path("gateKeys");
    for (int k = 0; k < keys.size(); k++) {
      try {
        if (!seen.add(fingerprint.apply(keys.get(k).path("publicKey").textValue()))) {
          problems.add(
              List.of("gateKeys", k, "publicKey"), "a key that is listed above", "another key");
        }
      } catch (IllegalArgumentException e) {
        problems.add(
            List.of("gateKeys", k, "publicKey"),
            "a key that is refused",
            "a usable key: " + Problems.shorten(String.valueOf(e.getMessage())));
      }
    }
    JsonNode authorities = json.path("timeStampAuthorities");
    for (int a = 0; a < authorities.size(); a++) {
      if (!oneCertificate(authorities.get(a).textValue())) {
        problems.add(
            List.of("timeStampAuthorities", a),
            "something else",
            "exactly one X.509 certificate in PEM (CERTIFICATE)");
      }
    }
  }

  /** Two people with one key, or one person twice, would be one voice that counts as two. */
  static void requireOwners(Trust trust, Problems problems) {
    try {
      trust.owners();
    } catch (IllegalArgumentException e) {
      problems.add(
          List.of("policyOwners"), "a value that is refused", String.valueOf(e.getMessage()));
    }
  }

  private static boolean oneCertificate(String pem) {
    try {
      return pem.strip().startsWith(BEGIN)
          && CertificateFactory.getInstance("X.509")
                  .generateCertificates(
                      new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
                  .size()
              == 1;
    } catch (CertificateException e) {
      return false;
    }
  }
}
