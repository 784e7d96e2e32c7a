package io.countersign.activities.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.port.TimeStampAuthority.TimeStamp;
import io.countersign.activities.release.Dossiers;
import io.countersign.record.Entry;
import io.countersign.record.EntryHash;
import io.countersign.record.FrozenRelease;
import io.countersign.record.JsonDocument;
import io.countersign.record.ReleaseSeal;
import io.countersign.record.Seal;
import io.countersign.record.Stampable;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * The gate's own statements, each an in-toto Statement v1 (docs/evidence.md, "Statements of the
 * gate"; the decision after SLSA Verification Summary 1.x). Pure: what they say is in what they are
 * made from.
 */
final class GateStatements {
  private static final String STATEMENT = "https://in-toto.io/Statement/v1";
  private static final String OURS = "https://countersign.io/";
  private static final String VERIFICATION_SUMMARY = "https://slsa.dev/verification_summary/v1";
  private static final String APPROVED = "APPROVED";

  private GateStatements() {}

  /** A check result or sign-off that a decision counted. */
  record Attestation(Entry entry, Digest payload) {}

  static JsonDocument document(
      ReleaseId release, String role, String mediaType, Digest digest, byte[] content) {
    ObjectNode predicate = object();
    predicate.put("release", release.toString());
    predicate.put("role", role);
    predicate.put("mediaType", mediaType);
    predicate.put("content", Base64.getEncoder().encodeToString(content));
    return statement("document", subjects(role, digest), predicate);
  }

  static JsonDocument record(ReleaseSeal sealed, List<Entry> entries) {
    ObjectNode predicate = object();
    predicate.put("release", sealed.release().toString());
    predicate.set("seal", seal(sealed.seal()));
    predicate.put("at", EntryHash.time(sealed.at()));
    ArrayNode list = predicate.putArray("entries");
    for (Entry entry : entries) {
      ObjectNode node = list.addObject();
      node.put("seq", entry.seq());
      node.put("at", EntryHash.time(entry.at()));
      node.put("kind", entry.kind().name());
      node.put("actor", entry.actor());
      node.put("key", entry.key().text());
      node.set("body", Dossiers.json(entry.body()));
      node.put("previous", entry.previous().hex());
      node.put("hash", entry.hash().hex());
    }
    return statement(
        "record", subjects(sealed.release().toString(), sealed.seal().head()), predicate);
  }

  /**
   * @param ci the run that submitted, as the record has it; missing where a person did
   */
  static JsonDocument release(FrozenRelease frozen, Entry resolved, JsonNode ci) {
    ObjectNode predicate = about(frozen);
    predicate.set("manifest", Dossiers.json(frozen.manifest()));
    predicate.put("submitter", frozen.submitter());
    if (ci.isObject()) {
      predicate.set("ci", ci);
    } else {
      predicate.put("submission", new JsonDocument(frozen.submission()).digest().toString());
    }
    predicate.put("tier", frozen.tier());
    predicate.set("requirements", Dossiers.json(frozen.requirements()));
    if (frozen.predecessor() != null) {
      predicate.put("predecessor", frozen.predecessor().toString());
    }
    predicate.put("gateDigest", frozen.gateDigest().toString());
    predicate.put("approversDigest", frozen.approversDigest().toString());
    predicate.put("frozenAt", EntryHash.time(frozen.frozenAt()));
    predicate.put("entry", resolved.seq());
    return statement("release", wholeRelease(frozen), predicate);
  }

  static JsonDocument decision(FrozenRelease frozen, Entry decided, List<Attestation> counted) {
    boolean passed = APPROVED.equals(Dossiers.json(decided.body()).path("outcome").asText());
    String resource = "countersign:" + frozen.id();
    ObjectNode predicate = object();
    predicate.putObject("verifier").put("id", OURS + "gate");
    predicate.put("timeVerified", EntryHash.time(decided.at()));
    predicate.put("resourceUri", resource);
    predicate
        .putObject("policy")
        .put("uri", "gate.yaml")
        .putObject("digest")
        .put("sha256", frozen.gateDigest().hex());
    ArrayNode inputs = predicate.putArray("inputAttestations");
    for (Attestation attestation : counted) {
      inputs
          .addObject()
          .put("uri", resource + "#" + attestation.entry().seq())
          .putObject("digest")
          .put("sha256", attestation.payload().hex());
    }
    predicate.put("verificationResult", passed ? "PASSED" : "FAILED");
    predicate
        .putArray("verifiedLevels")
        .add(
            passed
                ? "COUNTERSIGN_" + frozen.tier().toUpperCase(Locale.ROOT).replace('-', '_')
                : "FAILED");
    return wrap(VERIFICATION_SUMMARY, wholeRelease(frozen), predicate);
  }

  /** A grant, drift or revocation: the entry's body, and where it stands. */
  static JsonDocument event(String word, FrozenRelease frozen, Entry entry) {
    ObjectNode predicate = Dossiers.json(entry.body()).deepCopy();
    predicate.setAll(about(frozen));
    predicate.put("entry", entry.seq());
    predicate.put("at", EntryHash.time(entry.at()));
    return statement(word, subjects(frozen.id().toString(), frozen.releaseDigest()), predicate);
  }

  /**
   * @param stamped what was sent to the authority: the statement, or a seal at the end of the path
   * @param path from the release's own seal, exclusive, to the stamped one; empty for statements
   */
  static JsonDocument timeStamp(Stampable stamped, TimeStamp stamp, List<Seal> path) {
    ObjectNode predicate = object();
    predicate.put("token", Base64.getEncoder().encodeToString(stamp.token()));
    predicate.put("at", stamp.at().toString());
    ArrayNode links = predicate.putArray("path");
    path.forEach(link -> links.add(seal(link)));
    return statement("time-stamp", subjects(stamped.subject(), stamped.imprint()), predicate);
  }

  private static ObjectNode seal(Seal seal) {
    return object()
        .put("number", seal.number())
        .put("release", seal.release().hex())
        .put("from", seal.from())
        .put("to", seal.to())
        .put("head", seal.head().hex())
        .put("previous", seal.previous().hex())
        .put("hash", seal.hash().hex());
  }

  private static ObjectNode about(FrozenRelease frozen) {
    return object()
        .put("release", frozen.id().toString())
        .put("releaseDigest", frozen.releaseDigest().toString());
  }

  private static ArrayNode wholeRelease(FrozenRelease frozen) {
    ArrayNode subjects = subjects(frozen.id().toString(), frozen.releaseDigest());
    Dossiers.json(frozen.manifest())
        .path("subjects")
        .properties()
        .forEach(
            subject ->
                add(
                    subjects,
                    subject.getKey(),
                    Digest.parse(subject.getValue().path("digest").asText())));
    return subjects;
  }

  private static ArrayNode subjects(String name, Digest digest) {
    return add(JsonNodeFactory.instance.arrayNode(), name, digest);
  }

  private static ArrayNode add(ArrayNode subjects, String name, Digest digest) {
    subjects.addObject().put("name", name).putObject("digest").put("sha256", digest.hex());
    return subjects;
  }

  private static JsonDocument statement(String word, ArrayNode subjects, ObjectNode predicate) {
    return wrap(OURS + word + "/v1", subjects, predicate);
  }

  private static JsonDocument wrap(String type, ArrayNode subjects, ObjectNode predicate) {
    ObjectNode statement = object();
    statement.put("_type", STATEMENT);
    statement.set("subject", subjects);
    statement.put("predicateType", type);
    statement.set("predicate", predicate);
    return Dossiers.document(statement);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
