package io.countersign.worker.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.signoff.CiToken;
import io.countersign.activities.signoff.SubmissionPredicate;
import io.countersign.activity.GateJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** Reads a CI identity token. The gate verifies it; here only its issuer and subject are read. */
final class CiTokenFile {
  private CiTokenFile() {}

  static SubmissionPredicate.Ci submitter(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      String token =
          new String(in.readNBytes(CiToken.LIMIT + 2), StandardCharsets.US_ASCII).strip();
      String[] parts = token.split("\\.", -1);
      if (parts.length != 3) {
        throw refused(file);
      }
      JsonNode claims = GateJson.mapper().readTree(Base64.getUrlDecoder().decode(parts[1]));
      if (!claims.path("iss").isTextual() || !claims.path("sub").isTextual()) {
        throw refused(file);
      }
      return new SubmissionPredicate.Ci(
          claims.get("iss").textValue(), claims.get("sub").textValue(), new CiToken(token));
    } catch (IOException | IllegalArgumentException e) {
      // No cause: parsers quote what they refuse, and this is a secret.
      throw refused(file);
    }
  }

  private static IllegalArgumentException refused(Path file) {
    return new IllegalArgumentException(
        file + ": allowed is one signed JWT in compact form, with iss and sub");
  }
}
