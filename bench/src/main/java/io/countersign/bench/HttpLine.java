package io.countersign.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * One kept-alive connection that sends bytes that were made before and reads as little of the
 * answer as it can: the processors are shared with the server that is measured.
 */
final class HttpLine implements AutoCloseable {
  private static final byte[] END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] YES = "\"decision\":true".getBytes(StandardCharsets.US_ASCII);
  private static final String LENGTH = "content-length: ";
  private static final int PATIENCE_MILLIS = 10_000;
  private static final int MOST = 8 * 1024;

  private final URI server;
  private final byte[] buffer = new byte[MOST];
  private Socket socket;
  private InputStream in;
  private int from;
  private int to;

  HttpLine(URI server) {
    this.server = server;
    try {
      socket = connect();
      in = socket.getInputStream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Socket connect() throws IOException {
    Socket open = new Socket(InetAddress.getByName(server.getHost()), server.getPort());
    open.setTcpNoDelay(true);
    open.setSoTimeout(PATIENCE_MILLIS);
    return open;
  }

  /** Whether the answer is a yes: status 200, and the decision is true. */
  boolean yes(byte[] request) {
    try {
      exchange(request);
      return buffer[9] == '2' && buffer[10] == '0' && contains(YES, from, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The answer's body. */
  String body(byte[] request) {
    try {
      exchange(request);
      return new String(buffer, from, to - from, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void exchange(byte[] request) throws IOException {
    int length = begin(request);
    int head;
    while ((head = indexOf(END, 0, length)) < 0) {
      length = more(length);
    }
    String headers =
        new String(buffer, 0, head + 2, StandardCharsets.US_ASCII)
            .toLowerCase(java.util.Locale.ROOT);
    int at = headers.indexOf(LENGTH);
    int body =
        Integer.parseInt(
            headers.substring(at + LENGTH.length(), headers.indexOf('\r', at + LENGTH.length())));
    from = head + END.length;
    to = from + body;
    while (length < to) {
      length = more(length);
    }
    // Servers end a connection after so many requests.
    if (headers.contains("connection: close")) {
      socket.close();
      socket = connect();
      in = socket.getInputStream();
    }
  }

  /**
   * Sends, and reads the first bytes. A server that had given up an idle connection gets a new one.
   */
  private int begin(byte[] request) throws IOException {
    try {
      socket.getOutputStream().write(request);
      return more(0);
    } catch (IOException idle) {
      socket.close();
      socket = connect();
      in = socket.getInputStream();
      socket.getOutputStream().write(request);
      return more(0);
    }
  }

  private int more(int length) throws IOException {
    int read = in.read(buffer, length, MOST - length);
    if (read <= 0) {
      throw new IOException("the answer broke off");
    }
    return length + read;
  }

  private boolean contains(byte[] what, int start, int end) {
    return indexOf(what, start, end) >= 0;
  }

  private int indexOf(byte[] what, int start, int end) {
    for (int i = start; i + what.length <= end; i++) {
      int k = 0;
      while (k < what.length && buffer[i + k] == what[k]) {
        k++;
      }
      if (k == what.length) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
