package io.countersign.activities.adapter.kingfisher;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The program's own JSON report, finding by finding; of a finding only rule, file and line are
 * kept.
 *
 * @param blobs texts that it looked at
 * @param bytes of them
 */
record KingfisherReport(String version, int rules, long blobs, long bytes, List<Hit> hits) {
  private static final int HITS = 10_000;
  private static final long SIZE = 256L * 1024 * 1024;
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              new JsonFactoryBuilder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(64)
                          .maxStringLength(1024 * 1024)
                          .build())
                  .build())
          .build();

  KingfisherReport {
    hits = List.copyOf(hits);
  }

  /**
   * @param file its name without directories
   */
  record Hit(String file, int line, String rule) {}

  static KingfisherReport read(Path report) {
    try {
      if (Files.size(report) > SIZE) {
        throw KingfisherScanner.broken("the secret scanner found more than can be read");
      }
      try (JsonParser parser = MAPPER.createParser(report.toFile())) {
        return read(parser);
      }
    } catch (IOException e) {
      throw new GateException(
          FailureType.CHECK_BROKEN, "the secret scanner's report cannot be read", e);
    }
  }

  private static KingfisherReport read(JsonParser parser) throws IOException {
    List<Hit> hits = new ArrayList<>();
    JsonNode metadata = MAPPER.missingNode();
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw KingfisherScanner.broken("the secret scanner's report is none");
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String field = parser.currentName();
      parser.nextToken();
      if (field.equals("findings")) {
        while (parser.nextToken() == JsonToken.START_OBJECT) {
          hits.add(hit(parser.readValueAsTree()));
          if (hits.size() > HITS) {
            throw KingfisherScanner.broken("the secret scanner found more than can be listed");
          }
        }
      } else if (field.equals("metadata")) {
        metadata = parser.readValueAsTree();
      } else {
        parser.skipChildren();
      }
    }
    JsonNode summary = metadata.path("summary");
    return new KingfisherReport(
        metadata.path("kingfisher_version").asText(),
        summary.path("rules_applied").asInt(),
        summary.path("blobs_scanned").asLong(-1),
        summary.path("bytes_scanned").asLong(-1),
        hits);
  }

  private static Hit hit(JsonNode finding) {
    String path = finding.path("finding").path("path").asText();
    return new Hit(
        path.substring(path.lastIndexOf('/') + 1),
        Math.max(1, finding.path("finding").path("line").asInt()),
        finding.path("rule").path("id").asText("unnamed"));
  }
}
