package io.countersign.activities.check.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Whether bytes are text for people: UTF-8 without characters that control a machine. */
final class PlainText {
  private static final int PIECE = 1 << 16;

  private PlainText() {}

  static boolean is(InputStream bytes) throws IOException {
    CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.allocate(PIECE);
    CharBuffer out = CharBuffer.allocate(PIECE);
    boolean end = false;
    while (!end) {
      int read = bytes.read(in.array(), in.position(), in.remaining());
      end = read < 0;
      in.position(in.position() + Math.max(read, 0)).flip();
      CoderResult result = utf8.decode(in, out, end);
      if (result.isError() || controls(out.flip())) {
        return false;
      }
      in.compact();
      out.clear();
    }
    return true;
  }

  private static boolean controls(CharBuffer text) {
    while (text.hasRemaining()) {
      char c = text.get();
      if (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f') {
        return true;
      }
    }
    return false;
  }
}
