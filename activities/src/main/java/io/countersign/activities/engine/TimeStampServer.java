package io.countersign.activities.engine;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A time-stamp authority of this machine: OpenSSL answers, a small server on the loopback interface
 * asks it. Its key and certificate are made in a directory and used again when it is started there
 * again. For development and tests: it proves no more than that its clock said so.
 */
public final class TimeStampServer implements AutoCloseable {
  private static final int LIMIT = 16 * 1024;
  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;
  private static final int LIMIT_SECONDS = 20;

  private final Path directory;
  private final HttpServer server;
  private final ExecutorService thread = Executors.newSingleThreadExecutor();

  private TimeStampServer(Path directory) throws IOException {
    this.directory = directory.toAbsolutePath();
    Files.createDirectories(this.directory);
    if (!Files.exists(certificate())) {
      makeCertificate();
    }
    Files.writeString(configuration(), text());
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    server.createContext("/", this::answer);
    // One at a time: OpenSSL keeps the serial number in a file.
    server.setExecutor(thread);
  }

  /** Whether this machine has what it takes. */
  public static boolean available() {
    try {
      Process process =
          new ProcessBuilder("openssl", "ts", "-help")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Starts the authority; it answers when this returns. */
  public static TimeStampServer start(Path directory) {
    try {
      TimeStampServer started = new TimeStampServer(directory);
      started.server.start();
      return started;
    } catch (IOException e) {
      throw new GateException(
          FailureType.TIME_STAMP_UNAVAILABLE, "the local authority cannot be started", e);
    }
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  /** The authority's certificate as PEM. */
  public Path certificate() {
    return directory.resolve("tsa.pem");
  }

  @Override
  public void close() {
    server.stop(0);
    thread.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange;
        InputStream body = exchange.getRequestBody()) {
      byte[] query = body.readNBytes(LIMIT + 1);
      Path asked = directory.resolve("query.tsq");
      Path reply = directory.resolve("reply.tsr");
      Files.write(asked, query);
      Files.deleteIfExists(reply);
      boolean answered =
          query.length <= LIMIT
              && openssl(
                  "ts",
                  "-reply",
                  "-config",
                  configuration().toString(),
                  "-queryfile",
                  asked.toString(),
                  "-out",
                  reply.toString());
      byte[] token = answered ? Files.readAllBytes(reply) : new byte[0];
      exchange.getResponseHeaders().add("Content-Type", "application/timestamp-reply");
      exchange.sendResponseHeaders(answered ? OK : BAD_REQUEST, answered ? token.length : -1);
      exchange.getResponseBody().write(token);
    }
  }

  private void makeCertificate() throws IOException {
    boolean made =
        openssl(
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            directory.resolve("tsa.key").toString(),
            "-out",
            certificate().toString(),
            "-days",
            "3650",
            "-subj",
            "/CN=local time-stamp authority",
            "-addext",
            "keyUsage=critical,digitalSignature",
            "-addext",
            "extendedKeyUsage=critical,timeStamping");
    if (!made) {
      throw new IOException("openssl made no certificate; see " + log());
    }
  }

  private boolean openssl(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
            .start();
    try {
      if (process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        return process.exitValue() == 0;
      }
      process.destroyForcibly();
      return false;
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Path configuration() {
    return directory.resolve("tsa.cnf");
  }

  private Path log() {
    return directory.resolve("openssl.log");
  }

  private String text() {
    return """
        [tsa]
        default_tsa = local
        [local]
        serial = %1$s/serial
        crypto_device = builtin
        signer_cert = %1$s/tsa.pem
        signer_key = %1$s/tsa.key
        signer_digest = sha256
        default_policy = 1.2.3.4.1
        digests = sha256
        accuracy = secs:1
        clock_precision_digits = 3
        ordering = yes
        tsa_name = yes
        ess_cert_id_alg = sha256
        """
        .formatted(directory);
  }
}
