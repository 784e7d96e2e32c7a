package io.countersign.activities.check.modelsigning;

import java.util.List;

/**
 * Who signed a model.
 *
 * @param name {@code key <hex SHA-256 of the SubjectPublicKeyInfo>}, or the subject of the
 *     certificate
 * @param emails of the certificate, which its authority vouches for
 */
public record Signer(String name, List<String> emails) {
  public Signer {
    emails = List.copyOf(emails);
  }
}
