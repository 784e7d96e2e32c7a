package io.countersign.activities.check.format;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Keeps the last bytes that were read through it. */
final class TailStream extends FilterInputStream {
  private final byte[] ring;
  private long count;

  TailStream(InputStream in, int keep) {
    super(in);
    ring = new byte[keep];
  }

  @Override
  public int read() throws IOException {
    int one = in.read();
    if (one >= 0) {
      ring[(int) (count++ % ring.length)] = (byte) one;
    }
    return one;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int read = in.read(into, offset, length);
    for (int i = Math.max(0, read - ring.length); i < read; ) {
      int to = (int) ((count + i) % ring.length);
      int piece = Math.min(read - i, ring.length - to);
      System.arraycopy(into, offset + i, ring, to, piece);
      i += piece;
    }
    count += Math.max(read, 0);
    return read;
  }

  @Override
  public long skip(long wanted) throws IOException {
    byte[] piece = new byte[(int) Math.min(Math.max(wanted, 0), 8192)];
    return Math.max(read(piece, 0, piece.length), 0);
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  void drain() throws IOException {
    byte[] piece = new byte[1 << 16];
    while (read(piece, 0, piece.length) >= 0) {
      // kept as far as it fits
    }
  }

  /** The last bytes, in order. */
  byte[] tail() {
    int kept = (int) Math.min(count, ring.length);
    byte[] tail = new byte[kept];
    for (int i = 0; i < kept; i++) {
      tail[i] = ring[(int) ((count - kept + i) % ring.length)];
    }
    return tail;
  }
}
