package io.countersign.activities.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.Entry;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.record.FrozenRelease;
import io.countersign.record.JsonDocument;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a bundle says, without verifying it: no signature, link or digest of an entry is
 * looked at, so that a bundle that does not verify can still be shown, under a verdict that says
 * so. Documents count by the digest of their bytes. Refused as UNREADABLE or OVERSIZED: lines that
 * are not envelopes, entries of a form that nobody could show, and a bundle without a release.
 */
public final class BundleReader {
  /** The most bytes of one line: a document of 16 MiB, encoded twice. */
  static final int LINE_LIMIT = 48 * 1024 * 1024;

  /** The most entries that are shown. */
  static final int ENTRY_LIMIT = 20_000;

  private static final String OURS = "https://countersign.io/";
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(200)
                          .maxStringLength(LINE_LIMIT)
                          .build())
                  .build())
          .build();

  private final List<Entry> entries = new ArrayList<>();
  private final Map<Digest, byte[]> rules = new HashMap<>();
  private final Set<Digest> documents = new HashSet<>();
  private @Nullable JsonNode release;
  private String submission = "{}";
  private int line;

  private BundleReader() {}

  /** The material of the bundle's one release. */
  public static Material read(InputStream bundle) throws IOException {
    BundleReader reader = new BundleReader();
    InputStream in = new BufferedInputStream(bundle);
    for (byte[] next = line(in); next != null; next = line(in)) {
      reader.line++;
      reader.take(next);
    }
    return reader.material();
  }

  private static byte @Nullable [] line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        return line.size() == 0 ? null : line.toByteArray();
      }
      if (line.size() == LINE_LIMIT) {
        throw new GateException(
            FailureType.OVERSIZED, "bundle: a line is longer than " + LINE_LIMIT + " bytes");
      }
      line.write(next);
    }
    return line.toByteArray();
  }

  private void take(byte[] envelope) {
    try {
      byte[] payload =
          Base64.getDecoder().decode(MAPPER.readTree(envelope).path("payload").asText(""));
      JsonNode statement = MAPPER.readTree(payload);
      JsonNode predicate = statement.path("predicate");
      switch (statement.path("predicateType").asText("")) {
        case OURS + "document/v1" -> document(predicate);
        case OURS + "record/v1" -> record(predicate);
        case OURS + "release/v1" -> release = predicate;
        case OURS + "submission/v1" -> submission = new String(envelope, StandardCharsets.UTF_8);
        default -> {
          // A statement that an entry holds as well, or one about the others.
        }
      }
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      throw new GateException(
          FailureType.UNREADABLE, "bundle: line " + line + " is not an envelope of a bundle", e);
    }
  }

  private void document(JsonNode predicate) {
    byte[] content = Base64.getDecoder().decode(predicate.path("content").asText(""));
    Digest digest = Digest.of(content);
    documents.add(digest);
    String role = predicate.path("role").asText("");
    if (role.equals("gate.yaml") || role.equals("approvers.yaml")) {
      rules.put(digest, content);
    }
  }

  private void record(JsonNode predicate) {
    ReleaseId id = ReleaseId.parse(predicate.path("release").asText(""));
    for (JsonNode entry : predicate.path("entries")) {
      if (entries.size() == ENTRY_LIMIT) {
        throw new GateException(
            FailureType.OVERSIZED, "bundle: more than " + ENTRY_LIMIT + " entries");
      }
      entries.add(
          new Entry(
              id,
              entry.path("seq").asLong(),
              Instant.parse(entry.path("at").asText("")),
              EntryKind.valueOf(entry.path("kind").asText("")),
              entry.path("actor").asText(""),
              new EntryKey(entry.path("key").asText("")),
              new JsonDocument(entry.path("body").toString()),
              new Digest(entry.path("previous").asText("")),
              new Digest(entry.path("hash").asText(""))));
    }
  }

  private Material material() {
    JsonNode told = release;
    if (told == null) {
      throw new GateException(
          FailureType.UNREADABLE, "bundle: no line says what was released (release/v1)");
    }
    try {
      String predecessor = told.path("predecessor").asText("");
      FrozenRelease frozen =
          new FrozenRelease(
              ReleaseId.parse(told.path("release").asText("")),
              Digest.parse(told.path("releaseDigest").asText("")),
              told.path("submitter").asText(""),
              submission,
              new JsonDocument(told.path("manifest").toString()),
              Digest.parse(told.path("gateDigest").asText("")),
              Digest.parse(told.path("approversDigest").asText("")),
              1,
              told.path("tier").asText(""),
              requirements(told.path("requirements")),
              predecessor.isEmpty() ? null : ReleaseId.parse(predecessor),
              new JsonDocument("{}"),
              Instant.parse(told.path("frozenAt").asText("")));
      return new Material(frozen, entries, archive());
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new GateException(
          FailureType.UNREADABLE, "bundle: its statement of the release contradicts itself", e);
    }
  }

  private static JsonDocument requirements(JsonNode told) {
    if (told.isObject()) {
      return new JsonDocument(told.toString());
    }
    ObjectNode wrapped = JsonNodeFactory.instance.objectNode();
    wrapped.set("functions", told);
    return new JsonDocument(wrapped.toString());
  }

  private Material.Archive archive() {
    Map<Digest, byte[]> files = Map.copyOf(rules);
    Set<Digest> held = Set.copyOf(documents);
    return new Material.Archive() {
      @Override
      public Optional<byte[]> rules(Digest digest) {
        return Optional.ofNullable(files.get(digest));
      }

      @Override
      public boolean holds(Digest digest) {
        return held.contains(digest);
      }
    };
  }
}
