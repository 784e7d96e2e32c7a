package io.countersign.activities.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.release.Dossiers;
import io.countersign.record.JsonDocument;
import io.countersign.release.Digest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a node signs at the end of an interval: an in-toto Statement v1 of predicate {@value #TYPE}
 * whose subject is the digest over the sections of the releases (docs/statements.md).
 *
 * @param node its name and when its chain began, see {@link #NODE}
 * @param number 1 to n in the chain of the node
 * @param previous digest of the payload of the batch before; {@code EntryHash.NONE} before the
 *     first
 * @param root of the {@link HashTree} over the sections
 * @param size number of sections
 * @param lines the file of raw lines; null where none was kept
 * @param lost what the node knows that it does not tell
 */
public record BatchStatement(
    String node,
    long number,
    Digest previous,
    Instant from,
    Instant to,
    Digest root,
    int size,
    long allowed,
    long denied,
    @Nullable Lines lines,
    Lost lost) {
  /** The predicate type. */
  public static final String TYPE = "https://countersign.io/decisions/v1";

  /** The form of a node's name. */
  public static final Pattern NODE = Pattern.compile("[a-z0-9][a-z0-9.-]{0,63}");

  private static final String STATEMENT = "https://in-toto.io/Statement/v1";

  /** A file of raw lines as it was when the batch was closed. */
  public record Lines(String name, Digest digest, long count, long bytes) {}

  /**
   * @param lines raw lines that were not kept; their decisions are counted
   * @param restarts ends without a last batch: the decisions since the batch before are in none
   * @param batches batches that the store refused
   */
  public record Lost(long lines, long restarts, long batches) {
    boolean none() {
      return lines + restarts + batches == 0;
    }
  }

  public BatchStatement {
    if (!NODE.matcher(node).matches() || number < 1 || size < 1 || allowed < 0 || denied < 0) {
      throw new IllegalArgumentException("batch: node, number, size or counts are not of its form");
    }
  }

  /** The statement to sign. */
  public JsonDocument document() {
    ObjectNode statement = JsonNodeFactory.instance.objectNode();
    statement.put("_type", STATEMENT);
    statement
        .putArray("subject")
        .addObject()
        .put("name", "decisions/" + node + "/" + number)
        .putObject("digest")
        .put("sha256", root.hex());
    statement.put("predicateType", TYPE);
    ObjectNode predicate = statement.putObject("predicate");
    predicate.put("node", node).put("number", number).put("previous", previous.hex());
    predicate.put("from", from.toString()).put("to", to.toString());
    predicate.put("size", size).put("allowed", allowed).put("denied", denied);
    if (lines != null) {
      predicate
          .putObject("lines")
          .put("name", lines.name())
          .put("digest", lines.digest().toString())
          .put("count", lines.count())
          .put("bytes", lines.bytes());
    }
    predicate
        .putObject("lost")
        .put("lines", lost.lines())
        .put("restarts", lost.restarts())
        .put("batches", lost.batches());
    return Dossiers.document(statement);
  }

  /**
   * Reads a statement whose signature was verified.
   *
   * @throws IllegalArgumentException when it is of another form
   */
  public static BatchStatement of(JsonNode statement) {
    try {
      return read(statement);
    } catch (DateTimeException malformed) {
      throw new IllegalArgumentException("batch: a time is not of its form", malformed);
    }
  }

  private static BatchStatement read(JsonNode statement) {
    JsonNode predicate = statement.path("predicate");
    JsonNode subject = statement.path("subject").path(0);
    JsonNode lines = predicate.path("lines");
    BatchStatement read =
        new BatchStatement(
            predicate.path("node").asText(),
            predicate.path("number").asLong(),
            new Digest(predicate.path("previous").asText()),
            Instant.parse(predicate.path("from").asText()),
            Instant.parse(predicate.path("to").asText()),
            new Digest(subject.path("digest").path("sha256").asText()),
            predicate.path("size").asInt(),
            predicate.path("allowed").asLong(),
            predicate.path("denied").asLong(),
            lines.isObject()
                ? new Lines(
                    lines.path("name").asText(),
                    Digest.parse(lines.path("digest").asText()),
                    lines.path("count").asLong(),
                    lines.path("bytes").asLong())
                : null,
            new Lost(
                predicate.path("lost").path("lines").asLong(),
                predicate.path("lost").path("restarts").asLong(),
                predicate.path("lost").path("batches").asLong()));
    // Nothing that is not said here is signed along unseen.
    if (!Dossiers.document(statement).equals(read.document())) {
      throw new IllegalArgumentException("batch: the statement is not of its form");
    }
    return read;
  }
}
