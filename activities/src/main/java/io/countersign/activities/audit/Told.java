package io.countersign.activities.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.record.Entry;
import io.countersign.record.EntryKind;
import java.time.Instant;

/** An entry whose hash and link hold, with its body as a tree. */
record Told(Entry entry, JsonNode body) {
  long seq() {
    return entry.seq();
  }

  Instant at() {
    return entry.at();
  }

  EntryKind kind() {
    return entry.kind();
  }

  String text(String field) {
    return body.path(field).asText();
  }
}
