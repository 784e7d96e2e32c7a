package io.countersign.worker.cli;

import io.countersign.release.Digest;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A file that is there whole or not at all: written beside its place and moved there when it is
 * complete.
 */
final class WholeFile {
  private final Path place;
  private final boolean replace;

  /**
   * @param replace whether a file that is there may be replaced
   */
  WholeFile(Path place, boolean replace) {
    this.place = place.toAbsolutePath().normalize();
    this.replace = replace;
  }

  /** What was written. */
  record Written(long bytes, Digest digest) {}

  /** Writes the content; what throws leaves nothing behind. */
  @FunctionalInterface
  interface Content {
    void write(OutputStream out) throws IOException;
  }

  /** Refuses what is there and may not be replaced, and a directory. */
  void requireFree() {
    if (Files.isDirectory(place) || (Files.exists(place) && !replace)) {
      throw new IllegalArgumentException(
          place + ": is there already; allowed is another name, or --force to replace a file");
    }
  }

  Written write(Content content) {
    requireFree();
    Path part = null;
    try {
      part = Files.createTempFile(place.getParent(), ".countersign-", ".part");
      Written written = fill(part, content);
      requireFree();
      Files.move(part, place, StandardCopyOption.ATOMIC_MOVE);
      return written;
    } catch (IOException e) {
      throw new IllegalArgumentException(place + ": cannot be written", e);
    } finally {
      discard(part);
    }
  }

  private static Written fill(Path part, Content content) throws IOException {
    Counting counted = new Counting(Files.newOutputStream(part));
    DigestOutputStream out = new DigestOutputStream(counted, sha256());
    try (out) {
      content.write(out);
    }
    return new Written(
        counted.bytes, new Digest(HexFormat.of().formatHex(out.getMessageDigest().digest())));
  }

  private static void discard(@Nullable Path part) {
    try {
      if (part != null) {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static final class Counting extends FilterOutputStream {
    private long bytes;

    Counting(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      bytes++;
    }

    @Override
    public void write(byte[] part, int from, int length) throws IOException {
      out.write(part, from, length);
      bytes += length;
    }
  }
}
