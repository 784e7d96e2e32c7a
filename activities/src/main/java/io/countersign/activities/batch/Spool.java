package io.countersign.activities.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.port.DecisionBatches.Batch;
import io.countersign.activity.GateJson;
import io.countersign.record.EntryHash;
import io.countersign.release.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Batches that the store has not yet, a file each, and where the node's chain stands. What is
 * answered is on the disk. Bounded: a full spool takes nothing more. For one thread.
 */
final class Spool {
  private static final String SUFFIX = ".batch";
  private static final String CHAIN = "chain.json";

  private final Path directory;
  private final int most;

  /**
   * Where the chain stands.
   *
   * @param open whether a node is at work on it, or was when it ended without a word
   */
  record Chain(String node, long number, Digest head, boolean open) {
    static Chain begin(String node) {
      return new Chain(node, 0, EntryHash.NONE, true);
    }
  }

  Spool(Path directory, int most) {
    this.directory = directory;
    this.most = most;
  }

  boolean full() throws IOException {
    return files().size() >= most;
  }

  /** The batch is on the disk, and then the chain says so. */
  void add(Batch batch) throws IOException {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("node", batch.node()).put("number", batch.number());
    json.put("previous", batch.previous().hex()).put("digest", batch.digest().hex());
    json.put("envelope", batch.envelope());
    batch.sections().forEach(json.putArray("sections")::add);
    write(file(batch), json);
    chain(new Chain(batch.node(), batch.number(), batch.digest(), true));
  }

  /** The oldest batch; null where none waits. */
  @Nullable Batch oldest() throws IOException {
    List<Path> files = files();
    return files.isEmpty() ? null : batch(files.get(0));
  }

  void remove(Batch batch) throws IOException {
    Files.deleteIfExists(directory.resolve(file(batch)));
  }

  /** Where the chain stands; null on a disk that no node has used. */
  @Nullable Chain chain() throws IOException {
    Path file = directory.resolve(CHAIN);
    if (!Files.exists(file)) {
      return null;
    }
    JsonNode json = GateJson.mapper().readTree(file.toFile());
    Chain chain =
        new Chain(
            json.path("node").asText(),
            json.path("number").asLong(),
            new Digest(json.path("head").asText()),
            json.path("open").asBoolean());
    // A batch whose file was written last before the node ended is in the chain.
    for (Path one : files()) {
      Batch batch = batch(one);
      if (batch.node().equals(chain.node()) && batch.number() > chain.number()) {
        chain = new Chain(batch.node(), batch.number(), batch.digest(), chain.open());
      }
    }
    return chain;
  }

  void chain(Chain chain) throws IOException {
    write(
        CHAIN,
        JsonNodeFactory.instance
            .objectNode()
            .put("node", chain.node())
            .put("number", chain.number())
            .put("head", chain.head().hex())
            .put("open", chain.open()));
  }

  private List<Path> files() throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static Batch batch(Path file) throws IOException {
    JsonNode json = GateJson.mapper().readTree(file.toFile());
    List<String> sections = new ArrayList<>();
    json.path("sections").forEach(section -> sections.add(section.asText()));
    return new Batch(
        json.path("node").asText(),
        json.path("number").asLong(),
        new Digest(json.path("previous").asText()),
        new Digest(json.path("digest").asText()),
        json.path("envelope").asText(),
        sections);
  }

  private static String file(Batch batch) {
    return String.format(Locale.ROOT, "%s-%012d%s", batch.node(), batch.number(), SUFFIX);
  }

  private void write(String name, ObjectNode json) throws IOException {
    Files.createDirectories(directory);
    Path made = directory.resolve(name + ".new");
    Files.write(made, GateJson.mapper().writeValueAsBytes(json));
    try (FileChannel channel = FileChannel.open(made, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(
        made,
        directory.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
