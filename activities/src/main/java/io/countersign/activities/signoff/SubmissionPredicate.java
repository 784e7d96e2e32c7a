package io.countersign.activities.signoff;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.release.CanonicalJson;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.StatementRules;
import java.time.Instant;

/**
 * What a submission says, not yet signed or not yet verified.
 *
 * @param manifest the whole locked manifest; {@code releaseDigest} is the digest of its canonical
 *     form
 */
public record SubmissionPredicate(
    Submitter submitter,
    ReleaseId release,
    Digest releaseDigest,
    JsonNode manifest,
    Instant issuedAt,
    Instant expiresAt,
    String nonce) {
  public SubmissionPredicate {
    manifest = manifest.deepCopy();
    if (!(manifest instanceof ObjectNode)) {
      throw new IllegalArgumentException("manifest: allowed is an object");
    }
    if (!CanonicalJson.digest(manifest).equals(releaseDigest)) {
      throw new IllegalArgumentException("releaseDigest: found another than that of the manifest");
    }
    StatementRules.period(issuedAt, expiresAt);
    StatementRules.nonce(nonce);
  }

  @Override
  public JsonNode manifest() {
    return manifest.deepCopy();
  }

  /** Who submits. */
  public sealed interface Submitter permits Person, Ci {}

  /** A person with a key of their own. */
  public record Person(String person) implements Submitter {
    public Person {
      StatementRules.name("person", person);
    }
  }

  /** A CI run, proved by its identity token. */
  public record Ci(String issuer, String subject, CiToken token) implements Submitter {}
}
