package io.countersign.activities.adapter.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * A directory that is held open, so that what is read in it cannot be swapped for something
 * elsewhere: names are resolved against the open directory, never against a path, and never through
 * a link.
 */
interface OpenDirectory extends Closeable {
  /** Attributes of a name in it; of a link itself, not of its target. */
  BasicFileAttributes attributes(Path name) throws IOException;

  /** Attributes of the directory itself. */
  BasicFileAttributes self() throws IOException;

  /** Opens a file; a link is an error. */
  ReadableByteChannel file(Path name) throws IOException;

  /** Opens a directory in it; a link is an error. */
  OpenDirectory directory(Path name) throws IOException;

  /** At most so many of the names in it, in no order. To be called once. */
  List<Path> names(int limit) throws IOException;

  /** Opens a directory that the operator named; links in its own path are the operator's. */
  @SuppressWarnings("StreamResourceLeak") // the directory that is answered closes it
  static OpenDirectory open(Path directory) throws IOException {
    Path real = directory.toRealPath();
    DirectoryStream<Path> stream = Files.newDirectoryStream(real);
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return new DescriptorDirectory(secure);
    }
    stream.close();
    return new PathDirectory(real);
  }

  /** Whether two looks saw the same, unchanged thing. */
  static boolean unchanged(BasicFileAttributes before, BasicFileAttributes after) {
    boolean size = before.isDirectory() || before.size() == after.size();
    return size
        && before.isDirectory() == after.isDirectory()
        && before.isRegularFile() == after.isRegularFile()
        && before.lastModifiedTime().equals(after.lastModifiedTime())
        && Objects.equals(before.fileKey(), after.fileKey());
  }

  /** On platforms whose Java opens relative to a directory's descriptor: nothing can be swapped. */
  final class DescriptorDirectory implements OpenDirectory {
    private final SecureDirectoryStream<Path> stream;

    DescriptorDirectory(SecureDirectoryStream<Path> stream) {
      this.stream = stream;
    }

    @Override
    public BasicFileAttributes attributes(Path name) throws IOException {
      return stream
          .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .readAttributes();
    }

    @Override
    public BasicFileAttributes self() throws IOException {
      return stream.getFileAttributeView(BasicFileAttributeView.class).readAttributes();
    }

    @Override
    public ReadableByteChannel file(Path name) throws IOException {
      return stream.newByteChannel(
          name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }

    @Override
    public OpenDirectory directory(Path name) throws IOException {
      return new DescriptorDirectory(
          (SecureDirectoryStream<Path>) stream.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS));
    }

    @Override
    public List<Path> names(int limit) throws IOException {
      return first(stream, limit);
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }

  /**
   * On other platforms: the path is checked to be its own real path before and after each opening.
   * Whoever can swap twice between the checks is not stopped.
   */
  final class PathDirectory implements OpenDirectory {
    private final Path path;

    PathDirectory(Path path) {
      this.path = path;
    }

    @Override
    public BasicFileAttributes attributes(Path name) throws IOException {
      requireReal(path);
      return Files.readAttributes(
          path.resolve(name), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public BasicFileAttributes self() throws IOException {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public ReadableByteChannel file(Path name) throws IOException {
      requireReal(path);
      ReadableByteChannel channel =
          Files.newByteChannel(
              path.resolve(name), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
      try {
        requireReal(path);
        return channel;
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    }

    @Override
    public OpenDirectory directory(Path name) throws IOException {
      Path child = path.resolve(name);
      requireReal(child);
      return new PathDirectory(child);
    }

    @Override
    public List<Path> names(int limit) throws IOException {
      requireReal(path);
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(path)) {
        return first(stream, limit);
      }
    }

    private static void requireReal(Path path) throws IOException {
      if (!path.toRealPath().equals(path)) {
        throw new IOException("a directory was swapped for a link");
      }
    }

    @Override
    public void close() {}
  }

  private static List<Path> first(DirectoryStream<Path> stream, int limit) throws IOException {
    List<Path> names = new ArrayList<>();
    try {
      for (Path entry : stream) {
        if (names.size() == limit) {
          break;
        }
        names.add(entry.getFileName());
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }
}
