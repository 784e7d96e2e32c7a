package io.countersign.activities.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.release.Dossiers;
import io.countersign.activity.GateJson;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.Entry;
import io.countersign.record.FrozenRelease;
import io.countersign.release.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The archived documents that entries name: rule files with their signatures, and evidence. */
final class NamedDocuments {
  private static final String YAML = "application/yaml";
  private static final String LINES = "application/jsonl";
  private static final String BYTES = "application/octet-stream";

  private NamedDocuments() {}

  /** One document in one role. */
  record Named(String role, String mediaType, Digest digest) {
    /** Of its line; names may be long and are not ASCII. */
    String key() {
      return "document/" + Digest.of((role + "\n" + digest).getBytes(StandardCharsets.UTF_8)).hex();
    }
  }

  /** What this entry names, in order; a rule file before its signatures. */
  static List<Named> of(Entry entry, FrozenRelease frozen) {
    JsonNode body = Dossiers.json(entry.body());
    List<Named> named = new ArrayList<>();
    switch (entry.kind()) {
      case RESOLVED -> {
        rules(named, body, "gate.yaml", "gateDigest", "gateSignatures");
        rules(named, body, "approvers.yaml", "approversDigest", "approversSignatures");
      }
      case RIGHTS -> rules(named, body, "approvers.yaml", "approversDigest", "approversSignatures");
      case CHECK -> evidence(named, body, subjects(frozen));
      default -> {}
    }
    return named;
  }

  private static void rules(
      List<Named> named, JsonNode body, String file, String digest, String signatures) {
    named.add(new Named(file, YAML, Digest.parse(body.path(digest).asText())));
    if (body.hasNonNull(signatures)) {
      named.add(
          new Named(file + ".sigs.jsonl", LINES, Digest.parse(body.path(signatures).asText())));
    }
  }

  private static void evidence(List<Named> named, JsonNode body, Set<String> subjects) {
    for (JsonNode document : statement(body.path("envelope")).at("/predicate/result/evidence")) {
      String digest = document.path("digest").asText();
      if (!subjects.contains(digest)) {
        String name = document.path("name").asText();
        named.add(new Named("evidence/" + name, BYTES, Digest.parse(digest)));
      }
    }
  }

  /** Models and data stay where they are; their digests are in the manifest. */
  private static Set<String> subjects(FrozenRelease frozen) {
    Set<String> digests = new HashSet<>();
    Dossiers.json(frozen.manifest())
        .path("subjects")
        .properties()
        .forEach(subject -> digests.add(subject.getValue().path("digest").asText()));
    return digests;
  }

  private static JsonNode statement(JsonNode envelope) {
    try {
      return GateJson.mapper()
          .readTree(Base64.getDecoder().decode(envelope.path("payload").asText()));
    } catch (IOException | IllegalArgumentException e) {
      throw new GateException(
          FailureType.RECORD_CONFLICT, "a check result in the record cannot be read", e);
    }
  }
}
