package io.countersign.activities.engine;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.countersign.activities.port.LogSink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A log sink on the loopback interface, for workloads of local engines: it answers, and appends
 * what is posted to a file. It comes back at the same port when it is started again on the same
 * directory.
 */
public final class LogReceiver implements AutoCloseable {
  private static final int MOST = 1024 * 1024;
  private static final int OK = 200;
  private static final int NO_CONTENT = 204;
  private static final int NOT_ALLOWED = 405;
  private static final int TOO_LARGE = 413;

  private final HttpServer server;
  private final Path log;

  private LogReceiver(HttpServer server, Path log) {
    this.server = server;
    this.log = log;
  }

  /** Starts one that answers when this returns. */
  public static LogReceiver start(Path directory) {
    try {
      Files.createDirectories(directory);
      Path port = directory.resolve("port");
      int wanted = Files.exists(port) ? Integer.parseInt(Files.readString(port)) : 0;
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 0);
      Files.writeString(port, Integer.toString(server.getAddress().getPort()));
      LogReceiver receiver = new LogReceiver(server, directory.resolve("received.log"));
      server.createContext("/", receiver::answer);
      server.start();
      return receiver;
    } catch (IOException e) {
      throw new UncheckedIOException("the log receiver cannot be started in " + directory, e);
    }
  }

  /** Where to send a log. */
  public LogSink sink() {
    return LogSink.parse("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  /** What was received, one body after the other; not there before the first. */
  public Path received() {
    return log;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(status(exchange), -1);
    }
  }

  private synchronized int status(HttpExchange exchange) throws IOException {
    switch (exchange.getRequestMethod()) {
      case "HEAD", "GET":
        return OK;
      case "POST":
        byte[] body = exchange.getRequestBody().readNBytes(MOST + 1);
        if (body.length > MOST) {
          return TOO_LARGE;
        }
        Files.write(log, body, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return NO_CONTENT;
      default:
        return NOT_ALLOWED;
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
