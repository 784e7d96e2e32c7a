package io.countersign.worker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.port.DecisionLedger.Decided;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is sent: never an allowance, never a stack trace, always a reason. */
class HostileRequestsTests {
  private static final Path BAD =
      Path.of("src", "test", "resources", "io", "countersign", "worker", "runtime", "bad");
  private static final String GOOD = Counter.question("refund.lookup", "read", "pii");

  private final Counter counter = new Counter();

  @AfterEach
  void close() {
    counter.close();
  }

  static Stream<Path> badBodies() throws IOException {
    try (Stream<Path> files = Files.list(BAD)) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("badBodies")
  void refusesABodyThatIs(Path body) throws IOException {
    refused(400, counter.ask(AuthzenWriter.EVALUATION, Files.readAllBytes(body)));
    if (!body.endsWith("evaluations-where-one-is-meant.json")) {
      refused(400, counter.ask(AuthzenWriter.EVALUATIONS, Files.readAllBytes(body)));
    }
    assertThat(counter.noted).noneMatch(Decided::allowed);
  }

  @Test
  void refusesBodiesThatAreDeepOrHuge() {
    String context = GOOD.substring(0, GOOD.length() - 1) + ",\"context\":";
    refused(400, evaluation(context + "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000) + "}"));
    refused(400, evaluation(context + "[".repeat(30_000)));
    refused(400, evaluation(context + "{\"a\":\"" + "x".repeat(5_000) + "\"}}"));
    refused(400, evaluation(context + "{\"" + "x".repeat(300) + "\":1}}"));
    refused(413, evaluation(" ".repeat(DecisionDoor.MOST_BYTES) + GOOD));
    refused(
        413,
        counter.send(
            HttpRequest.newBuilder(URI.create(counter.server.url() + AuthzenWriter.EVALUATION))
                .header("Authorization", "Bearer " + Counter.TOKEN)
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofByteArrays(
                        List.of(new byte[60_000], new byte[60_000])))
                .build()));
    StringBuilder many = new StringBuilder(GOOD.substring(0, GOOD.length() - 1));
    many.append(",\"evaluations\":[{}").append(",{}".repeat(64)).append("]}");
    refused(400, counter.ask(AuthzenWriter.EVALUATIONS, many.toString()));
  }

  @Test
  void refusesOtherMethodsTypesAndAddresses() {
    URI at = URI.create(counter.server.url() + AuthzenWriter.EVALUATION);
    refused(405, counter.send(HttpRequest.newBuilder(at).build()));
    for (String type :
        List.of(
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/xml",
            "application/json; charset=utf-16",
            "application/json; charset=utf-8; charset=utf-16")) {
      refused(
          415,
          counter.send(
              HttpRequest.newBuilder(at)
                  .header("Authorization", "Bearer " + Counter.TOKEN)
                  .header("Content-Type", type)
                  .POST(HttpRequest.BodyPublishers.ofString(GOOD))
                  .build()));
    }
    refused(415, counter.ask(AuthzenWriter.EVALUATION, GOOD, "Content-Encoding", "gzip"));
    refused(404, counter.ask("/access/v1/search/subject", GOOD));
    refused(404, counter.ask("/access/v1/evaluation/", GOOD));
    refused(404, counter.ask("/access/v1/%65valuation", GOOD));
    refused(400, counter.ask(AuthzenWriter.EVALUATION, GOOD, "X-Request-ID", "x".repeat(201)));
  }

  @Test
  void tellsAForgerNothingAndReadsNoBodyOfNobody() {
    URI at = URI.create(counter.server.url() + AuthzenWriter.EVALUATION);
    List<String> said = new ArrayList<>();
    for (String header : List.of("Bearer forged", "Bearer ", "Basic YTpi", "forged")) {
      HttpResponse<String> answer =
          counter.send(
              HttpRequest.newBuilder(at)
                  .header("Authorization", header)
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString("{"))
                  .build());
      refused(401, answer);
      assertThat(answer.headers().firstValue("WWW-Authenticate").orElseThrow())
          .startsWith("Bearer");
      said.add(answer.body());
    }
    assertThat(said).containsOnly(said.get(0)).noneMatch(text -> text.contains("forged"));
    assertThat(counter.noted).isEmpty();
    refused(
        400,
        counter.send(
            HttpRequest.newBuilder(at)
                .header("Authorization", "Bearer " + Counter.TOKEN)
                .header("Authorization", "Bearer other")
                .POST(HttpRequest.BodyPublishers.ofString(GOOD))
                .build()));
  }

  @Test
  void givesUpABodyThatDoesNotCome() throws IOException {
    try (Socket slow = open()) {
      write(slow, head(GOOD.length()) + GOOD.substring(0, 10));
      String answer = new String(slow.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer)
          .startsWith("HTTP/1.1 400")
          .contains("WRONG_REQUEST: ")
          .doesNotContain("ALLOWED", "\tat ");
    }
    assertThat(counter.noted).isEmpty();
  }

  @Test
  void answersPipelinedRequestsEachByItself() throws IOException {
    String denied = Counter.question("shell", "run", "pii");
    try (Socket pipe = open()) {
      write(
          pipe,
          head(GOOD.length())
              + GOOD
              + head(denied.length())
              + denied
              + head(GOOD.length()).replace(Counter.TOKEN, "forged")
              + GOOD);
      String answers = new String(pipe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answers.split("HTTP/1\\.1 ", -1)).hasSize(4);
      assertThat(answers)
          .containsSubsequence("200", "ALLOWED", "200", "TOOL_NOT_APPROVED", "401", "BAD_TOKEN");
    }
  }

  @Test
  void refusesRequestsThatTwoServersCouldCutDifferently() throws IOException {
    for (String framing :
        List.of(
            "Content-Length: " + GOOD.length() + "\r\nContent-Length: 5\r\n",
            "Content-Length: " + GOOD.length() + "\r\nTransfer-Encoding: smuggled\r\n",
            "Content-Length: -1\r\n")) {
      try (Socket smuggler = open()) {
        write(smuggler, head("POST", framing) + GOOD);
        String answer =
            new String(smuggler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(answer).matches("(?s)HTTP/1.1 (400|501).*").doesNotContain("ALLOWED", "\tat ");
      }
    }
    assertThat(counter.noted).noneMatch(Decided::allowed);
  }

  @Test
  void readsNothingAfterABodyThatSomebodyCouldHaveCutOtherwise() throws IOException {
    String chunked = Integer.toHexString(GOOD.length()) + "\r\n" + GOOD + "\r\n0\r\n\r\n";
    String framing =
        "Transfer-Encoding: chunked\r\nContent-Length: " + (chunked.length() + 9) + "\r\n";
    try (Socket smuggler = open()) {
      write(smuggler, head("POST", framing) + chunked + head(GOOD.length()) + GOOD);
      String answers = untilClosed(smuggler);
      assertThat(answers.split("HTTP/1\\.1 ", -1)).as(answers).hasSizeLessThanOrEqualTo(2);
    }
  }

  @Test
  void refusesHeadersThatAreFoldedOrBent() throws IOException {
    for (String bent :
        List.of(
            "Transfer-Encoding : chunked\r\n",
            "X-Other: a\r\n Authorization: Bearer " + Counter.TOKEN + "\r\n",
            "X-Other: a\nX-More: b\r\n\u0000: c\r\n",
            "Content-Length: +" + GOOD.length() + "\r\n",
            "Content-Length: 0x" + Integer.toHexString(GOOD.length()) + "\r\n")) {
      try (Socket smuggler = open()) {
        write(smuggler, head("POST", bent).replace("Bearer " + Counter.TOKEN, "Bearer x") + GOOD);
        assertThat(untilClosed(smuggler)).doesNotContain("HTTP/1.1 200", "ALLOWED", "\tat ");
      }
    }
    assertThat(counter.noted).isEmpty();
  }

  @Test
  void keepsNoConnectionForWhoeverProvesNothing() throws IOException {
    for (String request :
        List.of(
            "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET /ready HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n",
            head(0).replace(Counter.TOKEN, "forged"))) {
      try (Socket idle = open()) {
        write(idle, request);
        assertThat(untilClosed(idle)).contains("HTTP/1.1 ", "Connection: close");
      }
    }
  }

  @Test
  void oneWorkloadDoesNotTakeEverybodysConnections() throws IOException {
    List<Socket> hoard = new ArrayList<>();
    try {
      String last = "";
      while (!last.contains("Connection: close")) {
        assertThat(hoard).hasSizeLessThan(900);
        Socket one = open();
        hoard.add(one);
        write(one, head(GOOD.length()) + GOOD);
        byte[] answer = new byte[2_048];
        last = new String(answer, 0, one.getInputStream().read(answer), StandardCharsets.UTF_8);
        assertThat(last).startsWith("HTTP/1.1 200");
      }
      assertThat(hoard).hasSizeGreaterThan(700);
      assertThat(evaluation(GOOD).body()).contains("ALLOWED");
    } finally {
      for (Socket one : hoard) {
        one.close();
      }
    }
  }

  @Test
  void oneWorkloadDoesNotTakeEverybodysThreads() {
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch inside = new CountDownLatch(24);
    counter.meanwhile =
        () -> {
          inside.countDown();
          try {
            go.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
    try {
      for (int i = 0; i < 24; i++) {
        waiting.add(
            CompletableFuture.supplyAsync(
                () -> evaluation(GOOD), task -> new Thread(task, "asks").start()));
      }
      await(inside);
      HttpResponse<String> answer = evaluation(GOOD);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains("\"decision\":false", "OVERLOADED");
    } finally {
      go.countDown();
    }
    waiting.forEach(one -> assertThat(one.join().body()).contains("ALLOWED"));
    assertThat(evaluation(GOOD).body()).contains("ALLOWED");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private HttpResponse<String> evaluation(String body) {
    return counter.ask(AuthzenWriter.EVALUATION, body);
  }

  private static void refused(int status, HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.body())
        .matches("[A-Z_]+: .{3,300}")
        .doesNotContain("ALLOWED", "Exception", "\tat ", "Tomcat", "jackson");
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
  }

  private Socket open() throws IOException {
    URI at = URI.create(counter.server.url());
    Socket socket = new Socket(at.getHost(), at.getPort());
    socket.setSoTimeout(30_000);
    return socket;
  }

  /** What is left unread when a server closes may come back as a reset: that is closed, too. */
  private static String untilClosed(Socket socket) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(all);
    } catch (SocketException reset) {
      return all.toString(StandardCharsets.UTF_8);
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  private static String head(int length) {
    return head("POST", "Content-Length: " + length + "\r\n");
  }

  private static String head(String method, String framing) {
    return method
        + " "
        + AuthzenWriter.EVALUATION
        + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer "
        + Counter.TOKEN
        + "\r\n"
        + framing
        + "\r\n";
  }

  private static void write(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
