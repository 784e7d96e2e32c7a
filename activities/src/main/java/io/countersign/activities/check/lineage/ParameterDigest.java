package io.countersign.activities.check.lineage;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.release.CanonicalJson;
import io.countersign.release.Digest;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** Names the parameters of a training, so that two of them can be compared. */
final class ParameterDigest {
  private ParameterDigest() {}

  /** Null when there are none, or when they have no canonical form. */
  static @Nullable String of(JsonNode... parameters) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (JsonNode part : parameters) {
      if (part.isContainerNode() && !part.isEmpty()) {
        try {
          bytes.writeBytes(CanonicalJson.bytes(part));
          bytes.write('\n');
        } catch (IllegalArgumentException e) {
          return null;
        }
      }
    }
    return bytes.size() == 0 ? null : Digest.of(bytes.toByteArray()).toString();
  }
}
