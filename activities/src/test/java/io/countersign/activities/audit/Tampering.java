package io.countersign.activities.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.adapter.signing.DsseEnvelope;
import io.countersign.activities.adapter.signing.DsseEnvelope.Signature;
import io.countersign.activities.port.EvidenceLines;
import io.countersign.activities.release.Ledger;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.record.EntryHash;
import io.countersign.record.JsonDocument;
import io.countersign.record.Seal;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** What somebody can do to the lines of a bundle. */
final class Tampering {
  private Tampering() {}

  static List<String> without(List<String> lines, int at) {
    List<String> less = new ArrayList<>(lines);
    less.remove(at);
    return less;
  }

  static List<String> doubled(List<String> lines, int at) {
    List<String> more = new ArrayList<>(lines);
    more.add(at, lines.get(at));
    return more;
  }

  static List<String> swapped(List<String> lines, int at) {
    List<String> other = new ArrayList<>(lines);
    Collections.swap(other, at, at + 1);
    return other;
  }

  static List<String> with(List<String> lines, int at, String line) {
    List<String> other = new ArrayList<>(lines);
    other.set(at, line);
    return other;
  }

  static String type(String line) {
    String type = statement(line).path("predicateType").asText();
    return type.substring(type.indexOf('/', "https://".length()) + 1);
  }

  static JsonNode statement(String line) {
    return Ledger.tree(new String(envelope(line).payload(), StandardCharsets.UTF_8));
  }

  static DsseEnvelope envelope(String line) {
    return DsseEnvelope.parse(line.getBytes(StandardCharsets.UTF_8), EvidenceLines.LIMIT);
  }

  /** The line with another payload under the signature that it had. */
  static String payload(String line, UnaryOperator<String> change) {
    DsseEnvelope old = envelope(line);
    String text = new String(old.payload(), StandardCharsets.UTF_8);
    return text(
        new DsseEnvelope(
            old.payloadType(),
            change.apply(text).getBytes(StandardCharsets.UTF_8),
            old.signatures()));
  }

  /** The same payload, signed by somebody else, under a key id. */
  static String resigned(String line, SigningKey key, String keyId) {
    return signed(envelope(line).payload(), key, keyId);
  }

  private static String signed(byte[] payload, SigningKey key, String keyId) {
    DsseEnvelope unsigned = DsseEnvelope.unsigned(payload);
    return text(
        new DsseEnvelope(
            unsigned.payloadType(),
            payload,
            List.of(new Signature(keyId, key.sign(unsigned.pae())))));
  }

  static String keyId(String line) {
    return envelope(line).signatures().get(0).keyid();
  }

  /** A seal's line with an entry that says something else, all its hashes computed again. */
  static String edited(String line, int entry, Consumer<ObjectNode> edit, SigningKey key) {
    ObjectNode statement = (ObjectNode) statement(line);
    ObjectNode predicate = (ObjectNode) statement.path("predicate");
    edit.accept((ObjectNode) predicate.path("entries").get(entry));
    Digest previous = new Digest(predicate.at("/entries/0/previous").asText());
    ReleaseId release = ReleaseId.parse(predicate.path("release").asText());
    for (JsonNode one : predicate.path("entries")) {
      ObjectNode node = (ObjectNode) one;
      node.put("previous", previous.hex());
      previous =
          EntryHash.of(
              release,
              node.path("seq").asLong(),
              Instant.parse(node.path("at").asText()),
              node.path("kind").asText(),
              node.path("actor").asText(),
              node.path("key").asText(),
              new JsonDocument(node.path("body").toString()).digest(),
              previous);
      node.put("hash", previous.hex());
    }
    ObjectNode seal = (ObjectNode) predicate.path("seal");
    Seal made =
        Seal.of(
            seal.path("number").asLong(),
            release,
            seal.path("from").asLong(),
            seal.path("to").asLong(),
            previous,
            new Digest(seal.path("previous").asText()));
    seal.put("head", previous.hex()).put("hash", made.hash().hex());
    ((ObjectNode) statement.at("/subject/0/digest")).put("sha256", previous.hex());
    byte[] payload = new JsonDocument(statement.toString()).text().getBytes(StandardCharsets.UTF_8);
    return signed(payload, key, keyId(line));
  }

  private static String text(DsseEnvelope envelope) {
    return new String(envelope.write(), StandardCharsets.UTF_8);
  }
}
