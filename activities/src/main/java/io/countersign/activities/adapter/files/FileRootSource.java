package io.countersign.activities.adapter.files;

import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectDigest;
import io.countersign.activities.port.SubjectListing;
import io.countersign.activities.port.SubjectPath;
import io.countersign.activities.port.SubjectReader;
import io.countersign.activities.port.SubjectSource;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads below the directories that the gate policy names, and nowhere else.
 *
 * <p>A URI is a relative path below a root; the submitter says nothing else about the place, so the
 * manifest alone decides what is read. It must exist below exactly one root: were the first to win,
 * whoever writes below one root could hide what lies below another. Links are not followed below a
 * root, not even to a place inside it. Other schemes are refused.
 */
public final class FileRootSource implements SubjectSource {
  private static final int ATTEMPTS = 3;

  private final List<Path> roots;
  private final long maxBytes;
  private final int maxFiles;

  /** The roots as given; each is opened anew for every reading. */
  public FileRootSource(List<Path> roots, long maxBytes, int maxFiles) {
    this.roots = roots.stream().map(root -> root.toAbsolutePath().normalize()).distinct().toList();
    this.maxBytes = maxBytes;
    this.maxFiles = maxFiles;
    if (roots.isEmpty() || maxBytes < 1 || maxFiles < 1) {
      throw new IllegalArgumentException("file roots and their limits must not be empty");
    }
  }

  /** The roots and limits of a gate policy whose file lies in this directory. */
  public static FileRootSource of(GatePolicy.Sources sources, Path directory) {
    return new FileRootSource(
        sources.files().stream().map(directory::resolve).toList(),
        Objects.requireNonNull(sources.maxBytes()),
        Objects.requireNonNull(sources.maxFiles()));
  }

  @Override
  public SubjectDigest digest(String uri, Progress progress) {
    return read(uri, SubjectReader::none, progress).subject();
  }

  @Override
  public SubjectListing read(
      String uri, Supplier<? extends SubjectReader> readers, Progress progress) {
    return read(
        uri,
        (parent, name) ->
            new SubjectHasher(maxBytes, maxFiles, readers.get(), progress).digest(parent, name));
  }

  @Override
  public byte[] document(String uri, Progress progress) {
    return read(
        uri,
        (parent, name) -> {
          BasicFileAttributes before = parent.attributes(name);
          SubjectHasher.requireRegular(before, uri);
          byte[] bytes = bounded(parent, name, uri);
          progress.at(uri, bytes.length);
          if (bytes.length != before.size()
              || !OpenDirectory.unchanged(before, parent.attributes(name))) {
            throw new SubjectHasher.Changed();
          }
          return bytes;
        });
  }

  private static byte[] bounded(OpenDirectory parent, Path name, String uri) throws IOException {
    BasicFileAttributes attributes = parent.attributes(name);
    if (attributes.size() > DOCUMENT_LIMIT) {
      throw SubjectHasher.refused("more than " + DOCUMENT_LIMIT + " bytes", uri);
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) attributes.size() + 1);
    try (ReadableByteChannel channel = parent.file(name)) {
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
        // until the end or one byte too many
      }
    }
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  private interface Reading<T> {
    T in(OpenDirectory parent, Path name) throws IOException;
  }

  private <T> T read(String uri, Reading<T> reading) {
    SubjectPath path = path(uri);
    IOException last = new IOException("not tried");
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        return in(onlyRoot(path, uri), path, uri, reading);
      } catch (SubjectHasher.Changed e) {
        last = e;
      } catch (IOException e) {
        throw unavailable(uri, "cannot be read", e);
      } catch (InvalidPathException e) {
        throw SubjectHasher.refused("a name that this platform does not take", uri);
      }
    }
    throw unavailable(uri, "keeps changing while it is read", last);
  }

  private static GateException unavailable(String uri, String what, IOException e) {
    return new GateException(FailureType.SOURCE_UNAVAILABLE, Problems.quoted(uri) + " " + what, e);
  }

  private static SubjectPath path(String uri) {
    if (SubjectPath.isOtherScheme(uri)) {
      throw SubjectHasher.refused(
          "a scheme that the gate does not trust; allowed are paths below its file roots", uri);
    }
    try {
      return SubjectPath.parse(uri);
    } catch (IllegalArgumentException e) {
      throw SubjectHasher.refused(String.valueOf(e.getMessage()), uri);
    }
  }

  private Path onlyRoot(SubjectPath path, String uri) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path root : roots) {
      Boolean here =
          in(
              root,
              path,
              uri,
              (parent, name) -> {
                parent.attributes(name);
                return true;
              },
              false);
      if (here) {
        found.add(root);
      }
    }
    if (found.size() != 1) {
      throw SubjectHasher.refused(
          found.isEmpty() ? "nothing below any file root" : "it below more than one file root",
          uri);
    }
    return found.get(0);
  }

  private static <T> T in(Path root, SubjectPath path, String uri, Reading<T> reading, T absent)
      throws IOException {
    try {
      return in(root, path, uri, reading);
    } catch (Missing e) {
      return absent;
    }
  }

  private static <T> T in(Path root, SubjectPath path, String uri, Reading<T> reading)
      throws IOException {
    try (OpenDirectory top = OpenDirectory.open(root)) {
      return descend(top, path.segments(), uri, reading);
    }
  }

  private static <T> T descend(
      OpenDirectory here, List<String> segments, String uri, Reading<T> reading)
      throws IOException {
    Path name = Path.of(segments.get(0));
    BasicFileAttributes attributes = attributes(here, name);
    if (attributes == null) {
      throw new Missing();
    }
    if (attributes.isSymbolicLink()) {
      throw SubjectHasher.refused("a link", uri);
    }
    if (segments.size() == 1) {
      return reading.in(here, name);
    }
    if (!attributes.isDirectory()) {
      throw new Missing();
    }
    try (OpenDirectory child = here.directory(name)) {
      return descend(child, segments.subList(1, segments.size()), uri, reading);
    }
  }

  private static @Nullable BasicFileAttributes attributes(OpenDirectory here, Path name)
      throws IOException {
    try {
      return here.attributes(name);
    } catch (NoSuchFileException | NotDirectoryException e) {
      return null;
    }
  }

  /** Nothing has this name; another root may have it. */
  private static final class Missing extends IOException {
    private static final long serialVersionUID = 1L;

    Missing() {
      super("no such file");
    }
  }
}
