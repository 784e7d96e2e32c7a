package io.countersign.activities.batch;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.port.DecisionLedger.Decided;
import io.countersign.release.Digest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One line of JSON a decision, a file an interval. Bounded in bytes a file and in files: the oldest
 * goes. A disk that fails costs lines, which are counted, and nothing else. For one thread.
 */
final class RawLines implements AutoCloseable {
  private static final String SUFFIX = ".jsonl";

  private final Path directory;
  private final long mostBytes;
  private final int mostFiles;
  private @Nullable OutputStream out;
  private @Nullable String name;
  private MessageDigest digest = Digest.sha256();
  private long count;
  private long bytes;
  private long lost;

  RawLines(Path directory, long mostBytes, int mostFiles) {
    this.directory = directory;
    this.mostBytes = mostBytes;
    this.mostFiles = mostFiles;
  }

  void write(Decided one, String file) {
    byte[] line = line(one);
    if (bytes + line.length > mostBytes) {
      lost++;
      return;
    }
    try {
      OutputStream open = out;
      if (open == null) {
        Files.createDirectories(directory);
        open =
            new BufferedOutputStream(
                Files.newOutputStream(
                    directory.resolve(file + SUFFIX),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE));
        out = open;
        name = file + SUFFIX;
      }
      open.write(line);
      digest.update(line);
      bytes += line.length;
      count++;
    } catch (IOException e) {
      lost++;
    }
  }

  void flush() {
    OutputStream open = out;
    if (open != null) {
      try {
        open.flush();
      } catch (IOException e) {
        lost++;
      }
    }
  }

  long lost() {
    return lost;
  }

  /** The file of the interval as it is now; null where it has none. */
  BatchStatement.@Nullable Lines soFar() {
    flush();
    String current = name;
    try {
      return current == null
          ? null
          : new BatchStatement.Lines(
              current, Digest.of((MessageDigest) digest.clone()), count, bytes);
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("SHA-256 of this platform cannot be copied", e);
    }
  }

  /** Ends the file of the interval. */
  void end() {
    close();
    name = null;
    digest = Digest.sha256();
    count = 0;
    bytes = 0;
    lost = 0;
    prune();
  }

  private void prune() {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> kept = files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
      for (Path old : kept.subList(0, Math.max(0, kept.size() - mostFiles))) {
        Files.deleteIfExists(old);
      }
    } catch (IOException e) {
      // Tried again after the next interval.
      return;
    }
  }

  @Override
  public void close() {
    OutputStream open = out;
    out = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        lost++;
      }
    }
  }

  private static byte[] line(Decided one) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("at", one.at().toString()).put("decision", one.allowed()).put("reason", one.reason());
    put(json, "release", one.release());
    put(json, "releaseDigest", one.releaseDigest());
    put(json, "policyDigest", one.policyDigest());
    put(json, "tool", one.tool());
    put(json, "permission", one.permission());
    one.dataClasses().forEach(json.putArray("dataClasses")::add);
    one.policies().forEach(json.putArray("policies")::add);
    json.put("staleMillis", one.staleMillis());
    return (json + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static void put(ObjectNode json, String field, @Nullable Object value) {
    if (value != null) {
      json.put(field, value.toString());
    }
  }
}
