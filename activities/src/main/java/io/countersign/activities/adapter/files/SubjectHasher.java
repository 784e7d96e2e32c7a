package io.countersign.activities.adapter.files;

import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectDigest;
import io.countersign.activities.port.SubjectPath;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Digests files and directories from their bytes, a buffer at a time.
 *
 * <p>A file's digest is the SHA-256 of its bytes. A directory's digest is the SHA-256 of this
 * listing, in UTF-8, each line ended by a line feed:
 *
 * <pre>
 * countersign-directory-v1
 * dir &lt;path&gt;
 * file &lt;size in bytes, decimal&gt; &lt;SHA-256 of its bytes, 64 lower-case hex digits&gt; &lt;path&gt;
 * </pre>
 *
 * There is one line for every file and directory below it, hidden and empty ones included, the
 * directory itself left out. Paths are relative to it, divided by {@code /}, and the lines after
 * the first are sorted by path, by Unicode code point (which is the order of the UTF-8 bytes).
 * Permissions, owners and times are not part of it. So a changed, added, renamed, moved or removed
 * file, an added or removed directory, and a file in place of a directory each give another digest.
 *
 * <p>Refused with SOURCE_REFUSED: links and anything that is neither file nor directory, names that
 * are not Unicode in normal form NFC or hold characters that control, reorder or hide text, more
 * bytes, files or levels than the limits.
 */
final class SubjectHasher {
  static final String DIRECTORY_FORM = "countersign-directory-v1\n";
  static final int DEPTH_LIMIT = 32;
  private static final int BUFFER = 64 * 1024;

  private final long maxBytes;
  private final int maxFiles;
  private final Progress progress;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
  private final List<Line> lines = new ArrayList<>();
  private long bytes;
  private int files;

  SubjectHasher(long maxBytes, int maxFiles, Progress progress) {
    this.maxBytes = maxBytes;
    this.maxFiles = maxFiles;
    this.progress = progress;
  }

  /** What was read changed while it was read. */
  static final class Changed extends IOException {
    private static final long serialVersionUID = 1L;

    Changed() {
      super("changed while it was read");
    }
  }

  private record Line(byte[] path, String text) {}

  /** Digests what has this name in an open directory. A hasher is good for one call. */
  SubjectDigest digest(OpenDirectory parent, Path name) throws IOException {
    BasicFileAttributes attributes = parent.attributes(name);
    if (attributes.isDirectory()) {
      try (OpenDirectory directory = parent.directory(name)) {
        walk(directory, "", 1);
      }
      return new SubjectDigest(listing(), bytes, files);
    }
    Digest digest = file(parent, name, attributes, name.toString());
    return new SubjectDigest(digest, bytes, files);
  }

  private void walk(OpenDirectory directory, String prefix, int depth) throws IOException {
    if (depth > DEPTH_LIMIT) {
      throw refused("more than " + DEPTH_LIMIT + " levels of directories", prefix);
    }
    BasicFileAttributes before = directory.self();
    for (Path name : directory.names(maxFiles + 1)) {
      String path = prefix + safe(name, prefix);
      if (lines.size() == maxFiles) {
        throw refused("more than " + maxFiles + " files and directories", prefix);
      }
      BasicFileAttributes attributes = directory.attributes(name);
      if (attributes.isDirectory()) {
        add(path, "dir " + path + "\n");
        try (OpenDirectory child = directory.directory(name)) {
          walk(child, path + "/", depth + 1);
        }
      } else {
        long start = bytes;
        Digest digest = file(directory, name, attributes, path);
        add(path, "file " + (bytes - start) + " " + digest.hex() + " " + path + "\n");
      }
    }
    if (!OpenDirectory.unchanged(before, directory.self())) {
      throw new Changed();
    }
  }

  private void add(String path, String text) {
    lines.add(new Line(path.getBytes(StandardCharsets.UTF_8), text));
  }

  private Digest listing() {
    lines.sort((a, b) -> Arrays.compareUnsigned(a.path(), b.path()));
    MessageDigest sha256 = Digest.sha256();
    sha256.update(DIRECTORY_FORM.getBytes(StandardCharsets.UTF_8));
    lines.forEach(line -> sha256.update(line.text().getBytes(StandardCharsets.UTF_8)));
    return Digest.of(sha256);
  }

  private Digest file(OpenDirectory parent, Path name, BasicFileAttributes before, String shown)
      throws IOException {
    requireRegular(before, shown);
    MessageDigest sha256 = Digest.sha256();
    long read = 0;
    try (ReadableByteChannel channel = parent.file(name)) {
      while (channel.read(buffer.clear()) >= 0) {
        buffer.flip();
        read += buffer.remaining();
        bytes += buffer.remaining();
        if (read > before.size()) {
          throw new Changed();
        }
        if (bytes > maxBytes) {
          throw refused("more than " + maxBytes + " bytes", shown);
        }
        sha256.update(buffer);
        progress.at(shown, read);
      }
    }
    if (read != before.size() || !OpenDirectory.unchanged(before, parent.attributes(name))) {
      throw new Changed();
    }
    files++;
    return Digest.of(sha256);
  }

  static void requireRegular(BasicFileAttributes attributes, String shown) {
    if (!attributes.isRegularFile()) {
      throw refused(
          attributes.isSymbolicLink() ? "a link" : "something that is no file and no directory",
          shown);
    }
  }

  private static String safe(Path name, String prefix) {
    String text = name.toString();
    try {
      SubjectPath.requireFileName(text);
      return text;
    } catch (IllegalArgumentException e) {
      throw refused(e.getMessage() + "; below", prefix + text);
    }
  }

  static GateException refused(String found, String where) {
    return new GateException(
        FailureType.SOURCE_REFUSED, "found " + found + ": " + Problems.quoted(where));
  }
}
