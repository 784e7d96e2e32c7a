package io.countersign.worker.gate;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.countersign.activity.GateJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * The wire between a worker or a workload and Vault. It keeps the secrets that pass, and a test may
 * have it answer in Vault's place, or hold an answer back to what Vault has already carried out.
 */
final class VaultWire implements AutoCloseable {
  private static final Set<String> OF_THE_CONNECTION =
      Set.of("host", "connection", "content-length", "upgrade", "http2-settings");

  private final URI vault;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Set<String> secrets = ConcurrentHashMap.newKeySet();
  private final List<Rule> rules = new CopyOnWriteArrayList<>();

  private VaultWire(URI vault) throws IOException {
    this.vault = vault;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  /** What became of requests of one kind, by method and path. */
  private interface Rule {
    boolean matches(String request);

    Answer answer(Asking vault) throws IOException;
  }

  private interface Asking {
    Answer ask() throws IOException;
  }

  private record Answer(int status, byte[] body) {}

  /** Answers that are held back. */
  static final class Hold implements Rule {
    private final Predicate<String> requests;
    private final CountDownLatch open = new CountDownLatch(1);
    private final AtomicInteger held = new AtomicInteger();

    private Hold(Predicate<String> requests) {
      this.requests = requests;
    }

    /** How many requests Vault has carried out whose answers wait here. */
    int held() {
      return held.get();
    }

    void letGo() {
      open.countDown();
    }

    @Override
    public boolean matches(String request) {
      return open.getCount() > 0 && requests.test(request);
    }

    @Override
    public Answer answer(Asking vault) throws IOException {
      Answer answer = vault.ask();
      held.incrementAndGet();
      try {
        open.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return answer;
    }
  }

  /** Answers that somebody gives in Vault's place. */
  static final class Lie implements Rule {
    private final Predicate<String> requests;
    private final Answer answer;
    private final AtomicInteger told = new AtomicInteger();
    private volatile boolean over;

    private Lie(Predicate<String> requests, Answer answer) {
      this.requests = requests;
      this.answer = answer;
    }

    int told() {
      return told.get();
    }

    void end() {
      over = true;
    }

    @Override
    public boolean matches(String request) {
      return !over && requests.test(request);
    }

    @Override
    public Answer answer(Asking vault) {
      told.incrementAndGet();
      return answer;
    }
  }

  static VaultWire before(URI vault) {
    try {
      return new VaultWire(vault);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Lets Vault carry these requests out and keeps the answers until they are let go. */
  Hold hold(Predicate<String> requests) {
    Hold hold = new Hold(requests);
    rules.add(hold);
    return hold;
  }

  /** Answers these requests without asking Vault. */
  Lie lie(Predicate<String> requests, int status, String body) {
    Lie lie = new Lie(requests, new Answer(status, body.getBytes(StandardCharsets.UTF_8)));
    rules.add(lie);
    return lie;
  }

  /** The tokens that were shown or given and the JWTs that were shown. */
  Set<String> secrets() {
    return Set.copyOf(secrets);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      List<String> tokens = exchange.getRequestHeaders().getOrDefault("X-Vault-Token", List.of());
      secrets.addAll(tokens);
      keep(body, "jwt");
      String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
      Asking asking = () -> forward(exchange, body);
      Answer answer =
          rules.stream()
              .filter(rule -> rule.matches(request))
              .findFirst()
              .<Answering>map(rule -> () -> rule.answer(asking))
              .orElse(asking::ask)
              .answer();
      keep(answer.body(), "auth", "client_token");
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(
          answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
      exchange.getResponseBody().write(answer.body());
    }
  }

  private interface Answering {
    Answer answer() throws IOException;
  }

  private Answer forward(HttpExchange exchange, byte[] body) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(vault.resolve(exchange.getRequestURI().toString()))
            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!OF_THE_CONNECTION.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
              }
            });
    try {
      HttpResponse<byte[]> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      return new Answer(response.statusCode(), response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private void keep(byte[] body, String... path) {
    try {
      JsonNode found = GateJson.mapper().readTree(body);
      for (String field : path) {
        found = found == null ? null : found.get(field);
      }
      if (found != null && found.isTextual()) {
        secrets.add(found.asText());
      }
    } catch (IOException notJson) {
      // Then it is none of Vault's secrets.
    }
  }
}
