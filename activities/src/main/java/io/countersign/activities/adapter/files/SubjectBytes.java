package io.countersign.activities.adapter.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one file on their way into its digest. Whoever reads them ahead cannot read past,
 * skip or repeat any: the rest is read by {@link #finish}, and a failure that a reader kept for
 * itself comes back there.
 */
final class SubjectBytes extends InputStream {
  private final ReadableByteChannel channel;
  private final MessageDigest digest;
  private final ByteBuffer buffer;
  private final Toll toll;
  private @Nullable IOException failure;
  private boolean ended;

  /** Told of every piece before it is digested; may throw to stop. */
  interface Toll {
    void pass(int bytes) throws IOException;
  }

  /** The buffer is used until {@link #finish} returns. */
  SubjectBytes(ReadableByteChannel channel, MessageDigest digest, ByteBuffer buffer, Toll toll) {
    this.channel = channel;
    this.digest = digest;
    this.buffer = buffer.limit(0);
    this.toll = toll;
  }

  private boolean fill() throws IOException {
    if (failure != null) {
      throw failure;
    }
    if (ended) {
      return false;
    }
    try {
      if (channel.read(buffer.clear()) < 0) {
        ended = true;
        buffer.limit(0);
        return false;
      }
      buffer.flip();
      toll.pass(buffer.remaining());
    } catch (IOException e) {
      failure = e;
      buffer.limit(0);
      throw e;
    }
    digest.update(buffer.duplicate());
    return true;
  }

  @Override
  public int read() throws IOException {
    while (!buffer.hasRemaining()) {
      if (!fill()) {
        return -1;
      }
    }
    return buffer.get() & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (!buffer.hasRemaining()) {
      if (!fill()) {
        return -1;
      }
    }
    int count = Math.min(length, buffer.remaining());
    buffer.get(into, offset, count);
    return count;
  }

  @Override
  public long skip(long count) throws IOException {
    long left = count;
    while (left > 0 && (buffer.hasRemaining() || fill())) {
      int step = (int) Math.min(left, buffer.remaining());
      buffer.position(buffer.position() + step);
      left -= step;
    }
    return count - left;
  }

  @Override
  public int available() {
    return buffer.remaining();
  }

  /** Reads to the end. */
  void finish() throws IOException {
    while (fill()) {
      // the digest takes it
    }
  }
}
