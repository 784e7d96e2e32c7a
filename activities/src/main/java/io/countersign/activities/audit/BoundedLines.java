package io.countersign.activities.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Lines of a stream, one in memory at a time. Refused: a line that is longer than the limit or
 * empty, and a last line that is not ended.
 */
final class BoundedLines {
  private static final int BUFFER = 64 * 1024;

  private final InputStream in;
  private final int limit;
  private final byte[] buffer = new byte[BUFFER];
  private int at;
  private int end;
  private long number;

  BoundedLines(InputStream in, int limit) {
    this.in = in;
    this.limit = limit;
  }

  /** Number of the line that was read last, from 1. */
  long number() {
    return number;
  }

  /** The next line without its end, or null after the last. */
  byte @Nullable [] next() throws IOException {
    if (!fill()) {
      return null;
    }
    number++;
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (fill()) {
      int from = at;
      while (at < end && buffer[at] != '\n') {
        at++;
      }
      if (line.size() + (at - from) > limit) {
        throw new Unfit(Flaw.UNREADABLE, number, 0, "the line is longer than " + limit + " bytes");
      }
      line.write(buffer, from, at - from);
      if (at < end) {
        at++;
        if (line.size() == 0) {
          throw new Unfit(Flaw.UNREADABLE, number, 0, "the line is empty");
        }
        return line.toByteArray();
      }
    }
    throw new Unfit(
        Flaw.UNREADABLE, number, 0, "the line is not ended: the bundle was cut off inside of it");
  }

  private boolean fill() throws IOException {
    if (at == end) {
      at = 0;
      end = Math.max(0, in.read(buffer));
    }
    return at < end;
  }
}
