package io.countersign.activities.adapter.files;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * A release manifest as it was read.
 *
 * @param json the document as people wrote it: what is signed and digested
 * @param releaseDigest SHA-256 of the canonical JSON (RFC 8785); null until every subject has its
 *     digest
 */
public record ReleaseDocument(Manifest manifest, JsonNode json, @Nullable Digest releaseDigest) {
  public ReleaseDocument {
    json = json.deepCopy();
  }

  @Override
  public JsonNode json() {
    return json.deepCopy();
  }

  /** Whether every subject has its digest, so that it can be released. */
  public boolean locked() {
    return releaseDigest != null;
  }
}
