package io.countersign.activities.adapter.files;

import io.countersign.activities.port.IssuerKeys;
import io.countersign.failure.FailureType;
import io.countersign.grant.IdentityBinding.SlotIdentity;
import io.countersign.policy.GatePolicy.Issuer;
import io.countersign.release.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Reads the PEM files beside the gate policy.
 *
 * @param directory where the policy's relative paths begin
 */
public record IssuerKeyFiles(Path directory) implements IssuerKeys {
  private static final int LIMIT = 64 * 1024;

  @Override
  public Digest digest(Issuer issuer) {
    String url = issuer.jwksUrl();
    return url != null
        ? SlotIdentity.keys(url)
        : SlotIdentity.keys(issuer.publicKeys().stream().map(this::pem).toList());
  }

  private String pem(String file) {
    byte[] bytes =
        BoundedFile.read(directory.resolve(file), LIMIT, FailureType.INVALID_GATE_POLICY);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
