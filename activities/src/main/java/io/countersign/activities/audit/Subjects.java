package io.countersign.activities.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.countersign.release.Digest;

/** The subjects of the gate's statements. */
final class Subjects {
  private Subjects() {}

  static ArrayNode of(String name, Digest digest) {
    return with(JsonNodeFactory.instance.arrayNode(), name, digest);
  }

  static ArrayNode with(ArrayNode subjects, String name, Digest digest) {
    subjects.addObject().put("name", name).putObject("digest").put("sha256", digest.hex());
    return subjects;
  }

  /** FOREIGN_LINE for a statement about something else than its predicate. */
  static void require(JsonNode statement, ArrayNode expected, long line) {
    if (!statement.path("subject").equals(expected)) {
      throw new Unfit(
          Flaw.FOREIGN_LINE, line, 0, "the statement's subject is not what its predicate is about");
    }
  }

  /** The one subject's name. */
  static String name(JsonNode statement) {
    return statement.at("/subject/0/name").asText();
  }
}
