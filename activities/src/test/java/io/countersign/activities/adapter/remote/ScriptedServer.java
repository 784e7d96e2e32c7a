package io.countersign.activities.adapter.remote;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server on this machine that answers as a test scripts it, and remembers what it was asked. */
public final class ScriptedServer implements AutoCloseable {
  /** Answers one request. */
  @FunctionalInterface
  public interface Script {
    void answer(HttpExchange exchange) throws IOException;
  }

  /** One request: path, and the headers that matter here. */
  public record Asked(String path, String authorization, String range, String ifRange) {}

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final Map<String, Script> scripts = new ConcurrentHashMap<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();

  public ScriptedServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    asked.add(
        new Asked(
            path,
            header(exchange, "Authorization"),
            header(exchange, "Range"),
            header(exchange, "If-Range")));
    try (exchange) {
      Script script = scripts.get(path);
      if (script == null) {
        exchange.sendResponseHeaders(404, -1);
      } else {
        script.answer(exchange);
      }
    }
  }

  private static String header(HttpExchange exchange, String name) {
    return String.valueOf(exchange.getRequestHeaders().getFirst(name));
  }

  public void on(String path, Script script) {
    scripts.put(path, script);
  }

  public void file(String path, byte[] bytes) {
    on(path, exchange -> send(exchange, 200, bytes));
  }

  public static void send(HttpExchange exchange, int status, byte[] bytes) throws IOException {
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  /** Promises this many bytes, sends some of them and hangs up. */
  public static void breakOff(HttpExchange exchange, int status, long promised, byte[] sent)
      throws IOException {
    exchange.sendResponseHeaders(status, promised);
    OutputStream out = exchange.getResponseBody();
    out.write(sent);
    out.flush();
    throw new IOException("scripted to hang up");
  }

  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  public String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
