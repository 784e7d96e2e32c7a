package io.countersign.activities.port;

import io.countersign.release.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A subject's files under the digest of the whole.
 *
 * <p>The digest of one file is the SHA-256 of its bytes. The digest of an artifact in a registry is
 * the one of its manifest. A directory's digest is the SHA-256 of this listing, in UTF-8, each line
 * ended by a line feed:
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
 * @param directory whether the subject is a directory; otherwise it is its one file
 * @param files sorted by path, by Unicode code point
 */
public record SubjectListing(SubjectDigest subject, boolean directory, List<SubjectFile> files) {
  static final String DIRECTORY_FORM = "countersign-directory-v1\n";

  public SubjectListing {
    files = List.copyOf(files);
  }

  /** Of a subject that is one file. */
  public static SubjectListing of(SubjectFile file) {
    return new SubjectListing(
        new SubjectDigest(file.digest(), file.size(), 1), false, List.of(file));
  }

  /** Of a directory: every file and directory below it, in any order. */
  public static SubjectListing of(Collection<SubjectFile> files, Collection<String> directories) {
    List<Line> lines = new ArrayList<>(files.size() + directories.size());
    for (SubjectFile file : files) {
      lines.add(new Line(utf8(file.path()), file));
    }
    for (String path : directories) {
      lines.add(new Line(utf8(path), null));
    }
    lines.sort((a, b) -> Arrays.compareUnsigned(a.path(), b.path()));
    MessageDigest sha256 = Digest.sha256();
    sha256.update(utf8(DIRECTORY_FORM));
    List<SubjectFile> sorted = new ArrayList<>(files.size());
    long bytes = 0;
    for (Line line : lines) {
      SubjectFile file = line.file();
      if (file == null) {
        sha256.update(utf8("dir "));
      } else {
        sha256.update(utf8("file " + file.size() + " " + file.digest().hex() + " "));
        sorted.add(file);
        bytes += file.size();
      }
      sha256.update(line.path());
      sha256.update((byte) '\n');
    }
    return new SubjectListing(
        new SubjectDigest(Digest.of(sha256), bytes, sorted.size()), true, sorted);
  }

  private record Line(byte[] path, @Nullable SubjectFile file) {}

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
