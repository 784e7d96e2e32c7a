package io.countersign.activities.engine;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One Temporal dev server process on the loopback interface, with its database in a file of a
 * directory: it comes back with its workflows when it is started again on the same directory.
 */
public final class TemporalServer implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
  private static final List<String> SEARCH_ATTRIBUTES =
      List.of(
          "GateState=Keyword",
          "GateTier=Keyword",
          "GateSystem=Keyword",
          "GateEnvironment=Keyword",
          "GateAwaiting=KeywordList",
          "GateDigest=Keyword");

  private final Path binary;
  private final Path directory;
  private final boolean ui;
  private final int port;
  private final int uiPort;
  private volatile @Nullable Process process;

  private TemporalServer(Path binary, Path directory, boolean ui) throws IOException {
    this.binary = binary;
    this.directory = directory.toAbsolutePath();
    this.ui = ui;
    Files.createDirectories(this.directory);
    Path ports = this.directory.resolve("port");
    if (!Files.exists(ports)) {
      Files.writeString(ports, freePorts());
    }
    String[] kept = Files.readString(ports).split(" ", 2);
    this.port = Integer.parseInt(kept[0]);
    this.uiPort = Integer.parseInt(kept[1]);
  }

  /**
   * Starts a server that answers when this returns, with the gate's search attributes registered.
   */
  public static TemporalServer start(Path binary, Path directory, boolean ui) {
    try {
      TemporalServer server = new TemporalServer(binary, directory, ui);
      // A server must not outlive the process that started it, however that ends.
      Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop-temporal"));
      server.start();
      return server;
    } catch (IOException e) {
      throw failed("the server's directory cannot be used: " + directory, e);
    }
  }

  /** {@code host:port} of the frontend. */
  public String address() {
    return "127.0.0.1:" + port;
  }

  /** Where a browser finds the Temporal UI. */
  public URI uiAddress() {
    return URI.create("http://127.0.0.1:" + uiPort);
  }

  /** Starts the process again after {@link #close}, on the same address and data. */
  public void start() {
    List<String> command =
        new ArrayList<>(
            List.of(
                binary.toString(),
                "server",
                "start-dev",
                "--ip",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--db-filename",
                directory.resolve("temporal.db").toString(),
                "--log-level",
                "warn"));
    command.addAll(ui ? List.of("--ui-port", Integer.toString(uiPort)) : List.of("--headless"));
    SEARCH_ATTRIBUTES.forEach(
        attribute -> command.addAll(List.of("--search-attribute", attribute)));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log()));
    try {
      process = builder.start();
      await();
    } catch (IOException e) {
      throw failed("the server cannot be started", e);
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw failed("interrupted", e);
    }
  }

  /** Ends the process at once, as a crash would. */
  public void kill() {
    Process running = process;
    process = null;
    if (running != null) {
      running.destroyForcibly();
      try {
        running.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Stops the process that this object started, and nothing else. */
  @Override
  public synchronized void close() {
    Process running = process;
    process = null;
    if (running == null) {
      return;
    }
    running.destroy();
    try {
      if (!running.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        running.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      running.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void await() throws IOException, InterruptedException {
    Instant limit = Instant.now().plus(START_LIMIT);
    while (!healthy()) {
      Process running = process;
      if (running == null || !running.isAlive()) {
        throw failed("the server ended; see " + log(), null);
      }
      if (Instant.now().isAfter(limit)) {
        close();
        throw failed("the server is not ready after " + START_LIMIT.toSeconds() + " s", null);
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** Asks for the namespace, which is there a little later than the server is healthy. */
  private boolean healthy() throws IOException, InterruptedException {
    Process question =
        new ProcessBuilder(
                binary.toString(),
                "operator",
                "namespace",
                "describe",
                "default",
                "--address",
                address())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return question.waitFor() == 0;
  }

  private File log() {
    return directory.resolve("server.log").toFile();
  }

  private static String freePorts() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket frontend = new ServerSocket(0, 1, loopback);
        ServerSocket page = new ServerSocket(0, 1, loopback)) {
      return frontend.getLocalPort() + " " + page.getLocalPort();
    }
  }

  private static GateException failed(String detail, @Nullable Throwable cause) {
    return cause == null
        ? new GateException(FailureType.TEMPORAL_UNAVAILABLE, detail)
        : new GateException(FailureType.TEMPORAL_UNAVAILABLE, detail, cause);
  }
}
