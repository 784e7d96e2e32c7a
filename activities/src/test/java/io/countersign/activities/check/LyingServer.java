package io.countersign.activities.check;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Gives one answer to whatever it is asked, byte by byte as a file says, so that it may break HTTP
 * too. Line ends are sent as HTTP has them, {@code {port}} is its own, {@code {hang}} keeps the
 * connection open in silence, and {@code {endless}} never ends.
 */
final class LyingServer implements AutoCloseable {
  private static final byte[] MORE = "x".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final String answer;

  LyingServer(String answer) {
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    this.answer =
        answer.replace("\n", "\r\n").replace("{port}", Integer.toString(server.getLocalPort()));
    threads.execute(this::accept);
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.getLocalPort() + path;
  }

  private void accept() {
    try {
      while (!server.isClosed()) {
        Socket caller = server.accept();
        open.add(caller);
        threads.execute(() -> answer(caller));
      }
    } catch (IOException closed) {
      threads.shutdown();
    }
  }

  private void answer(Socket caller) {
    try {
      skipRequest(caller.getInputStream());
      OutputStream out = caller.getOutputStream();
      int end = answer.indexOf("{hang}");
      int more = answer.indexOf("{endless}");
      int said = Math.max(end, more) < 0 ? answer.length() : Math.max(end, more);
      out.write(answer.substring(0, said).getBytes(StandardCharsets.UTF_8));
      out.flush();
      while (more >= 0) {
        out.write(MORE);
      }
      if (end < 0) {
        caller.shutdownOutput();
      }
    } catch (IOException hungUp) {
      open.remove(caller);
    }
  }

  private static void skipRequest(InputStream in) throws IOException {
    int line = 0;
    for (int next = in.read(); next >= 0; next = in.read()) {
      if (next == '\n') {
        if (line == 0) {
          return;
        }
        line = 0;
      } else if (next != '\r') {
        line++;
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket caller : open) {
      caller.close();
    }
    threads.shutdownNow();
  }
}
