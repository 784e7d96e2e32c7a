package io.countersign.activities.adapter.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectSource;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fills in or verifies the digests of a {@code release.yaml}. Only the digests change: comments,
 * order, quotes and line ends stay as people wrote them. The file is replaced whole or not at all.
 */
public final class Locker {
  private final DocumentReader reader;
  private final SubjectSource source;

  public Locker(DocumentReader reader, SubjectSource source) {
    this.reader = reader;
    this.source = source;
  }

  /**
   * One subject.
   *
   * @param declared what the file said before; null when it said nothing
   * @param found what the bytes say
   */
  public record Locked(String name, String uri, @Nullable Digest declared, Digest found) {
    public boolean same() {
      return found.equals(declared);
    }
  }

  /** Compares and touches nothing. */
  public List<Locked> check(Path file, Progress progress) {
    return compare(reader.release(file).manifest(), progress);
  }

  /** Writes the digests of the bytes into the file, when they are not there yet. */
  public List<Locked> lock(Path file, Progress progress) {
    byte[] before =
        BoundedFile.read(file, DocumentReader.RELEASE_LIMIT, FailureType.INVALID_MANIFEST);
    ReleaseDocument document = reader.release(file.toString(), before);
    List<Locked> locked = compare(document.manifest(), progress);
    if (!locked.stream().allMatch(Locked::same)) {
      byte[] after = edited(before, locked).getBytes(StandardCharsets.UTF_8);
      requireOnlyDigests(document, reader.release(file.toString(), after), locked);
      replace(file, after);
    }
    return locked;
  }

  private List<Locked> compare(Manifest manifest, Progress progress) {
    List<Locked> locked = new ArrayList<>();
    for (Manifest.Named named : manifest.subjects().named()) {
      String uri = named.subject().uri();
      locked.add(
          new Locked(
              named.name(), uri, named.subject().digest(), source.digest(uri, progress).digest()));
    }
    return locked;
  }

  private static String edited(byte[] bytes, List<Locked> locked) {
    Problems problems = new Problems("release.yaml", FailureType.INVALID_MANIFEST);
    DigestEdits edits = new DigestEdits(YamlReader.decode(bytes, problems));
    YamlNode root = YamlReader.read(bytes, problems);
    for (Locked subject : locked) {
      if (!subject.same()
          && root instanceof YamlNode.Mapping top
          && top.get("subjects") instanceof YamlNode.Mapping subjects
          && subjects.get(subject.name()) instanceof YamlNode.Mapping fields) {
        edits.set(fields, subject.found().toString());
      }
    }
    return edits.apply();
  }

  /** An edit that changed anything else would be a defect; it must not reach the file. */
  private static void requireOnlyDigests(
      ReleaseDocument before, ReleaseDocument after, List<Locked> locked) {
    boolean right =
        after.locked()
            && withoutDigests(before.json()).equals(withoutDigests(after.json()))
            && after.manifest().subjects().named().stream()
                .allMatch(
                    named ->
                        locked.stream()
                            .anyMatch(
                                l ->
                                    l.name().equals(named.name())
                                        && l.found().equals(named.subject().digest())));
    if (!right) {
      throw new GateException(
          FailureType.INTERNAL, "the digests could not be written without changing more");
    }
  }

  private static JsonNode withoutDigests(JsonNode json) {
    json.path("subjects").forEach(subject -> ((ObjectNode) subject).remove("digest"));
    return json;
  }

  private static void replace(Path file, byte[] bytes) {
    try {
      Path real = file.toRealPath();
      Path fresh = Files.createTempFile(real.getParent(), ".release", ".yaml");
      try {
        write(fresh, bytes);
        keepPermissions(real, fresh);
        Files.move(
            fresh, real, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException e) {
      throw new GateException(
          FailureType.SOURCE_UNAVAILABLE,
          Problems.quoted(file.toString()) + " cannot be written",
          e);
    }
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer rest = ByteBuffer.wrap(bytes);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
  }

  private static void keepPermissions(Path from, Path to) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(from, PosixFileAttributeView.class);
    if (view != null) {
      Files.setPosixFilePermissions(to, view.readAttributes().permissions());
    }
  }
}
