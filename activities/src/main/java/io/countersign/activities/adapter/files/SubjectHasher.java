package io.countersign.activities.adapter.files;

import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectFile;
import io.countersign.activities.port.SubjectListing;
import io.countersign.activities.port.SubjectPath;
import io.countersign.activities.port.SubjectReader;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Digests files and directories from their bytes, a buffer at a time, in the form of {@link
 * SubjectListing}.
 *
 * <p>Refused with SOURCE_REFUSED: links and anything that is neither file nor directory, names that
 * are not Unicode in normal form NFC or hold characters that control, reorder or hide text, more
 * bytes, files or levels than the limits.
 */
final class SubjectHasher {
  static final int DEPTH_LIMIT = 32;
  private static final int BUFFER = 64 * 1024;
  private static final int TEAM = 2;

  private final long maxBytes;
  private final int maxFiles;
  private final SubjectReader reader;
  private final Progress progress;
  private final int team;
  private final List<SubjectFile> files = new ArrayList<>();
  private final List<String> directories = new ArrayList<>();
  private final AtomicLong bytes = new AtomicLong();
  private final Thread asker = Thread.currentThread();
  private volatile Word word = new Word("", 0);
  private volatile boolean givenUp;
  private int seen;

  private final HashingTeam.Caller caller =
      new HashingTeam.Caller() {
        @Override
        public void waits() {
          Word last = word;
          progress.at(last.shown(), last.read());
        }

        @Override
        public void failed() {
          givenUp = true;
        }
      };

  SubjectHasher(long maxBytes, int maxFiles, SubjectReader reader, Progress progress) {
    this.maxBytes = maxBytes;
    this.maxFiles = maxFiles;
    this.reader = reader;
    this.progress = progress;
    // Readers see one file after the other; digests alone have no order.
    this.team =
        reader == SubjectReader.none()
            ? Math.min(TEAM, Runtime.getRuntime().availableProcessors())
            : 1;
  }

  /** What was read changed while it was read. */
  static final class Changed extends IOException {
    private static final long serialVersionUID = 1L;

    Changed() {
      super("changed while it was read");
    }
  }

  /** Digests what has this name in an open directory. A hasher is good for one call. */
  SubjectListing digest(OpenDirectory parent, Path name) throws IOException {
    try (HashingTeam hashers = new HashingTeam(team, caller)) {
      BasicFileAttributes attributes = parent.attributes(name);
      if (attributes.isDirectory()) {
        try (OpenDirectory directory = parent.directory(name)) {
          walk(directory, "", 1, hashers);
        }
        return SubjectListing.of(files, directories);
      }
      requireRegular(attributes, name.toString());
      Found only = new Found(name, name.toString(), attributes);
      return SubjectListing.of(file(parent, only, ByteBuffer.allocate(BUFFER)));
    }
  }

  private record Found(Path name, String path, BasicFileAttributes attributes) {}

  private void walk(OpenDirectory directory, String prefix, int depth, HashingTeam hashers)
      throws IOException {
    if (depth > DEPTH_LIMIT) {
      throw refused("more than " + DEPTH_LIMIT + " levels of directories", prefix);
    }
    BasicFileAttributes before = directory.self();
    List<Found> here = new ArrayList<>();
    List<Found> below = new ArrayList<>();
    for (Path name : directory.names(maxFiles + 1)) {
      String path = prefix + safe(name, prefix);
      if (++seen > maxFiles) {
        throw refused("more than " + maxFiles + " files and directories", prefix);
      }
      Found found = new Found(name, path, directory.attributes(name));
      if (found.attributes().isDirectory()) {
        below.add(found);
      } else {
        requireRegular(found.attributes(), path);
        here.add(found);
      }
    }
    // The longest first, so that nobody is left with one at the end.
    here.sort(Comparator.comparingLong((Found found) -> found.attributes().size()).reversed());
    files.addAll(
        hashers.each(
            here, () -> ByteBuffer.allocate(BUFFER), (f, buffer) -> file(directory, f, buffer)));
    if (!word.shown().isEmpty()) {
      // Helpers may have been quick enough to leave the asker nothing: it hears of it all the same.
      caller.waits();
    }
    for (Found found : below) {
      directories.add(found.path());
      try (OpenDirectory child = directory.directory(found.name())) {
        walk(child, found.path() + "/", depth + 1, hashers);
      }
    }
    if (!OpenDirectory.unchanged(before, directory.self())) {
      throw new Changed();
    }
  }

  private SubjectFile file(OpenDirectory parent, Found found, ByteBuffer buffer)
      throws IOException {
    BasicFileAttributes before = found.attributes();
    String shown = found.path();
    MessageDigest sha256 = Digest.sha256();
    Size read = new Size();
    try (ReadableByteChannel channel = parent.file(found.name())) {
      SubjectBytes stream =
          new SubjectBytes(
              channel,
              sha256,
              buffer,
              count -> {
                read.bytes += count;
                if (read.bytes > before.size()) {
                  throw new Changed();
                }
                if (bytes.addAndGet(count) > maxBytes) {
                  throw refused("more than " + maxBytes + " bytes", shown);
                }
                tell(shown, read.bytes);
              });
      reader.file(shown, before.size(), stream);
      stream.finish();
    }
    if (read.bytes != before.size()
        || !OpenDirectory.unchanged(before, parent.attributes(found.name()))) {
      throw new Changed();
    }
    return new SubjectFile(shown, read.bytes, Digest.of(sha256));
  }

  /** Progress is told by the thread that asked for the digest; others leave word for it. */
  private void tell(String shown, long read) throws Changed {
    if (Thread.currentThread() == asker) {
      progress.at(shown, read);
    } else if (givenUp) {
      throw new Changed();
    } else {
      word = new Word(shown, read);
    }
  }

  private record Word(String shown, long read) {}

  private static final class Size {
    private long bytes;
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
