package io.countersign.activities.check.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.countersign.release.Digest;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A report of a scanner for model files: which bytes it looked at, by digest, and whether it found
 * something. Two forms are read, each without holding it as a whole:
 *
 * <ul>
 *   <li>SARIF 2.1.0, whose {@code runs[].artifacts[].hashes["sha-256"]} name the bytes (3.24.11).
 *       Every run must say that it ended well ({@code invocations[].executionSuccessful}); a result
 *       that is not of level {@code note} or {@code none}, or not of kind {@code fail} (3.27.9,
 *       3.27.10), is a find, suppressed or not.
 *   <li>An in-toto Statement v1 of type {@value #STATEMENT}, whose predicate is the JSON report of
 *       modelscan as it wrote it and whose subjects are the files that it lists as scanned. The
 *       statement is needed because that report names files and not their bytes.
 * </ul>
 *
 * @param scanner the tool's name, as the report has it
 * @param digests of what was scanned
 * @param finds how many things it found
 * @param complete whether it ended well, without errors and skipped files
 */
record ScanReport(String scanner, Set<Digest> digests, long finds, boolean complete) {
  static final String STATEMENT = "https://countersign.io/scan/modelscan/v1";

  private static final String IN_TOTO = "https://in-toto.io/Statement/v1";
  private static final int LISTED = 100_000;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(64)
                  .maxStringLength(1 << 20)
                  .maxNumberLength(32)
                  .build())
          .build();

  ScanReport {
    digests = Set.copyOf(digests);
  }

  /** Null when the document is no such report, or is one and contradicts its form. */
  static @Nullable ScanReport read(byte[] document) {
    try (JsonParser json =
        JSON.createParser(
            new InputStreamReader(
                new java.io.ByteArrayInputStream(document), StandardCharsets.UTF_8.newDecoder()))) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      Reading reading = new Reading(json);
      reading.object("", reading::top);
      return json.nextToken() == null ? reading.report() : null;
    } catch (IOException e) {
      return null;
    }
  }

  private interface Field {
    void read(String path, String name) throws IOException;
  }

  private static final class NotThisForm extends IOException {
    private static final long serialVersionUID = 1L;
  }

  private static final class Reading {
    private final JsonParser json;
    private final Set<Digest> digests = new HashSet<>();
    private final Set<String> subjects = new HashSet<>();
    private final Set<String> scanned = new HashSet<>();
    private @Nullable String version;
    private @Nullable String type;
    private @Nullable String predicateType;
    private @Nullable String scanner;
    private boolean oneScanner = true;
    private long runs;
    private long invocations;
    private long runsThatEnded;
    private boolean failed;
    private long finds;
    private @Nullable Long total;

    Reading(JsonParser json) {
      this.json = json;
    }

    private void object(String path, Field field) throws IOException {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw new NotThisForm();
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        field.read(path, name);
      }
    }

    private void objects(String path, Field field, @Nullable Runnable each) throws IOException {
      if (json.currentToken() != JsonToken.START_ARRAY) {
        throw new NotThisForm();
      }
      while (json.nextToken() != JsonToken.END_ARRAY) {
        object(path, field);
        if (each != null) {
          each.run();
        }
      }
    }

    private String text() throws IOException {
      if (json.currentToken() != JsonToken.VALUE_STRING) {
        throw new NotThisForm();
      }
      return json.getText();
    }

    private void top(String path, String name) throws IOException {
      switch (name) {
        case "version" -> version = text();
        case "runs" -> objects("runs", this::run, this::runEnded);
        case "_type" -> type = text();
        case "predicateType" -> predicateType = text();
        case "subject" -> objects("subject", this::subject, null);
        case "predicate" -> object("predicate", this::predicate);
        default -> json.skipChildren();
      }
    }

    private void run(String path, String name) throws IOException {
      switch (name) {
        case "tool" -> object("tool", this::tool);
        case "invocations" -> objects("invocations", this::invocation, () -> invocations++);
        case "artifacts" -> objects("artifacts", this::artifact, null);
        case "results" -> results();
        default -> json.skipChildren();
      }
    }

    private void runEnded() {
      runs++;
      runsThatEnded += invocations > 0 ? 1 : 0;
      invocations = 0;
    }

    private void tool(String path, String name) throws IOException {
      if (!name.equals("driver")) {
        json.skipChildren();
        return;
      }
      object(
          "driver",
          (inner, field) -> {
            if (field.equals("name")) {
              oneScanner &= scanner == null || scanner.equals(text());
              scanner = text();
            } else {
              json.skipChildren();
            }
          });
    }

    private void invocation(String path, String name) throws IOException {
      if (name.equals("executionSuccessful")) {
        failed |= json.currentToken() != JsonToken.VALUE_TRUE;
      } else {
        json.skipChildren();
      }
    }

    private void artifact(String path, String name) throws IOException {
      if (!name.equals("hashes")) {
        json.skipChildren();
        return;
      }
      object("hashes", (inner, field) -> hash(field.equals("sha-256")));
    }

    private void hash(boolean sha256) throws IOException {
      String hex = text();
      if (sha256) {
        digest(hex);
      }
    }

    private void digest(String hex) throws IOException {
      if (!hex.matches("[0-9a-fA-F]{64}") || digests.size() == LISTED) {
        throw new NotThisForm();
      }
      digests.add(new Digest(hex.toLowerCase(java.util.Locale.ROOT)));
    }

    private void results() throws IOException {
      if (json.currentToken() != JsonToken.START_ARRAY) {
        throw new NotThisForm();
      }
      while (json.nextToken() != JsonToken.END_ARRAY) {
        boolean[] harmless = new boolean[1];
        object(
            "result",
            (inner, field) -> {
              if (field.equals("level")) {
                harmless[0] |= Set.of("note", "none").contains(text());
              } else if (field.equals("kind")) {
                harmless[0] |= Set.of("pass", "notApplicable", "informational").contains(text());
              } else {
                json.skipChildren();
              }
            });
        finds += harmless[0] ? 0 : 1;
      }
    }

    private void subject(String path, String name) throws IOException {
      if (name.equals("name")) {
        if (!subjects.add(text()) || subjects.size() > LISTED) {
          throw new NotThisForm();
        }
      } else if (name.equals("digest")) {
        object("digest", (inner, field) -> hash(field.equals("sha256")));
      } else {
        json.skipChildren();
      }
    }

    private void predicate(String path, String name) throws IOException {
      switch (name) {
        case "summary" -> object("summary", this::summary);
        case "issues", "errors" -> {
          failed |= json.currentToken() != JsonToken.START_ARRAY;
          boolean errors = name.equals("errors");
          int count = 0;
          while (json.nextToken() != JsonToken.END_ARRAY) {
            json.skipChildren();
            count++;
          }
          failed |= errors && count > 0;
          finds += errors ? 0 : count;
        }
        default -> json.skipChildren();
      }
    }

    private void summary(String path, String name) throws IOException {
      switch (name) {
        case "modelscan_version" -> scanner = text().isEmpty() ? null : "modelscan";
        case "total_issues" -> {
          if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw new NotThisForm();
          }
          total = json.getLongValue();
        }
        case "scanned" -> object("scanned", this::scanned);
        case "skipped" -> object("skipped", this::skipped);
        default -> json.skipChildren();
      }
    }

    private void scanned(String path, String name) throws IOException {
      if (!name.equals("scanned_files")) {
        json.skipChildren();
        return;
      }
      if (json.currentToken() != JsonToken.START_ARRAY) {
        throw new NotThisForm();
      }
      while (json.nextToken() != JsonToken.END_ARRAY) {
        // "model.pt:archive/data.pkl" is a part of model.pt
        scanned.add(text().split(":", 2)[0]);
        if (scanned.size() > LISTED) {
          throw new NotThisForm();
        }
      }
    }

    private void skipped(String path, String name) throws IOException {
      if (name.equals("total_skipped")) {
        failed |= json.currentToken() != JsonToken.VALUE_NUMBER_INT || json.getLongValue() != 0;
      } else {
        json.skipChildren();
      }
    }

    private @Nullable ScanReport report() {
      String tool = scanner;
      if (tool == null || !oneScanner) {
        return null;
      }
      if (runs > 0 && predicateType == null) {
        return "2.1.0".equals(version)
            ? new ScanReport(tool, digests, finds, !failed && runsThatEnded == runs)
            : null;
      }
      Long issues = total;
      boolean statement = runs == 0 && IN_TOTO.equals(type) && STATEMENT.equals(predicateType);
      if (!statement || issues == null || subjects.isEmpty() || !subjects.equals(scanned)) {
        return null;
      }
      return new ScanReport(tool, digests, Math.max(finds, issues), !failed);
    }
  }
}
