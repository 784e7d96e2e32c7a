package io.countersign.activities.adapter.sink;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.countersign.activities.adapter.remote.TrustedIssuers;
import io.countersign.activities.port.LogSink;
import io.countersign.activities.port.Reachability;
import io.countersign.activities.port.Reachability.Reach;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers on this machine that answer, hang, lie and redirect. */
class SocketReachabilityTests {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration IMPATIENCE = Duration.ofMillis(300);
  private static final String PASSWORD = "password";

  @TempDir Path directory;
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "200, REACHED",
    "204, REACHED",
    "401, REACHED",
    "403, REACHED",
    "405, REACHED",
    "301, REDIRECTS",
    "307, REDIRECTS",
    "404, NO_SUCH_PLACE",
    "410, NO_SUCH_PLACE",
    "500, BROKEN",
    "503, BROKEN"
  })
  void anAnswerOverHttpIsReadAsWhatItSays(int status, Reach reach) throws Exception {
    AtomicReference<String> asked = new AtomicReference<>();
    HttpServer server = HttpServer.create(new InetSocketAddress(loopback(), 0), 0);
    open.add(() -> server.stop(0));
    server.createContext(
        "/",
        exchange -> {
          asked.set(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          exchange.getResponseHeaders().add("Location", "http://127.0.0.1:1/elsewhere");
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();

    assertThat(reach("http://127.0.0.1:" + server.getAddress().getPort() + "/ingest"))
        .isEqualTo(reach);
    assertThat(asked).hasValue("HEAD /ingest");
  }

  @Test
  void aServerThatHangsIsSilent() throws Exception {
    int port = serve(new ServerSocket(0, 8, loopback()), SocketReachabilityTests::listen);

    Reachability impatient = new SocketReachability(SSLContext.getDefault(), IMPATIENCE);
    for (String scheme : List.of("http", "https", "syslog+tls")) {
      assertThat(impatient.reach(LogSink.parse(scheme + "://127.0.0.1:" + port)))
          .as(scheme)
          .isEqualTo(Reach.SILENT);
    }
    assertThat(reach("tcp://127.0.0.1:" + port)).isEqualTo(Reach.REACHED);
  }

  @Test
  void nobodyThereIsRefusedAndAnUnknownNameIsUnknown() throws Exception {
    int port;
    try (ServerSocket gone = new ServerSocket(0, 1, loopback())) {
      port = gone.getLocalPort();
    }
    assertThat(reach("tcp://127.0.0.1:" + port)).isEqualTo(Reach.REFUSED);
    assertThat(reach("http://127.0.0.1:" + port + "/")).isEqualTo(Reach.REFUSED);
    assertThat(reach("syslog+tls://127.0.0.1:" + port)).isEqualTo(Reach.REFUSED);
    assertThat(reach("https://no-such-host.invalid/")).isEqualTo(Reach.UNKNOWN_HOST);
    assertThat(reach("syslog+tls://no-such-host.invalid:6514")).isEqualTo(Reach.UNKNOWN_HOST);
  }

  @Test
  void aServerThatSpeaksNoTlsOrNoHttpIsNotReached() throws Exception {
    int port =
        serve(
            new ServerSocket(0, 8, loopback()),
            socket -> {
              socket
                  .getOutputStream()
                  .write("220 mail.example.com ESMTP\r\n".getBytes(StandardCharsets.US_ASCII));
              socket.getOutputStream().flush();
              listen(socket);
            });

    assertThat(reach("syslog+tls://127.0.0.1:" + port)).isEqualTo(Reach.NOT_TRUSTED);
    assertThat(reach("https://127.0.0.1:" + port + "/")).isEqualTo(Reach.NOT_TRUSTED);
    assertThat(reach("http://127.0.0.1:" + port + "/")).isEqualTo(Reach.BROKEN);
  }

  @Test
  void aCertificateMustBeTrustedAndNameTheHost() throws Exception {
    int right = serve(tls("ip:127.0.0.1"), SocketReachabilityTests::answer);
    SSLContext trusting = TrustedIssuers.and(directory.resolve("cert.pem"));

    assertThat(reach("syslog+tls://127.0.0.1:" + right, trusting)).isEqualTo(Reach.REACHED);
    assertThat(reach("https://127.0.0.1:" + right + "/", trusting)).isEqualTo(Reach.REACHED);
    assertThat(reach("syslog+tls://127.0.0.1:" + right)).isEqualTo(Reach.NOT_TRUSTED);
    assertThat(reach("https://127.0.0.1:" + right + "/")).isEqualTo(Reach.NOT_TRUSTED);

    int wrong = serve(tls("dns:logs.example.com"), SocketReachabilityTests::answer);
    SSLContext trustingOther = TrustedIssuers.and(directory.resolve("cert.pem"));
    assertThat(reach("syslog+tls://127.0.0.1:" + wrong, trustingOther))
        .isEqualTo(Reach.NOT_TRUSTED);
    assertThat(reach("https://127.0.0.1:" + wrong + "/", trustingOther))
        .isEqualTo(Reach.NOT_TRUSTED);
  }

  private interface Play {
    void with(Socket socket) throws IOException;
  }

  private int serve(ServerSocket server, Play play) {
    Thread thread =
        new Thread(
            () -> {
              while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                  if (socket instanceof SSLSocket encrypted) {
                    encrypted.startHandshake();
                  }
                  play.with(socket);
                } catch (IOException gone) {
                  // The caller went away, as callers of this test do.
                }
              }
            },
            "sink");
    thread.setDaemon(true);
    thread.start();
    open.add(server);
    return server.getLocalPort();
  }

  /** Takes what comes until the caller goes. */
  private static void listen(Socket socket) throws IOException {
    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
  }

  private static void answer(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    if (in.read() >= 0) {
      socket
          .getOutputStream()
          .write(
              "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
    }
  }

  /** A server with a new certificate for this name, which lies beside in {@code cert.pem}. */
  private SSLServerSocket tls(String name) throws Exception {
    Path store = directory.resolve("store.p12");
    Files.deleteIfExists(store);
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    run(
        keytool,
        "-genkeypair",
        "-keyalg",
        "EC",
        "-alias",
        "k",
        "-dname",
        "CN=sink",
        "-ext",
        "san=" + name);
    Files.deleteIfExists(directory.resolve("cert.pem"));
    run(
        keytool,
        "-exportcert",
        "-rfc",
        "-alias",
        "k",
        "-file",
        directory.resolve("cert.pem").toString());
    KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 8, loopback());
  }

  private void run(Path keytool, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(keytool.toString()));
    command.addAll(List.of(arguments));
    command.addAll(
        List.of("-keystore", directory.resolve("store.p12").toString(), "-storepass", PASSWORD));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor()).isZero();
  }

  private static Reach reach(String sink) throws Exception {
    return reach(sink, SSLContext.getDefault());
  }

  private static Reach reach(String sink, SSLContext tls) {
    Reachability reachability = new SocketReachability(tls, PATIENCE);
    return reachability.reach(LogSink.parse(sink));
  }

  private static InetAddress loopback() {
    return InetAddress.getLoopbackAddress();
  }
}
