package io.countersign.activities.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.adapter.sink.SocketReachability;
import io.countersign.activities.port.LogSink;
import io.countersign.activities.port.Reachability.Reach;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log sink of local engines. */
class LogReceiverTests {
  @TempDir Path directory;

  @Test
  void isReachableKeepsWhatIsPostedAndComesBackAtItsPort() throws Exception {
    LogSink sink;
    try (LogReceiver receiver = LogReceiver.start(directory)) {
      sink = receiver.sink();
      assertThat(reach(sink)).isEqualTo(Reach.REACHED);
      assertThat(post(sink, "one\n")).isEqualTo(204);
      assertThat(post(sink, "two\n")).isEqualTo(204);
      assertThat(post(sink, "x".repeat(1024 * 1024 + 1))).isEqualTo(413);
      assertThat(Files.readString(receiver.received())).isEqualTo("one\ntwo\n");
    }
    assertThat(reach(sink)).isEqualTo(Reach.REFUSED);
    try (LogReceiver receiver = LogReceiver.start(directory)) {
      assertThat(receiver.sink()).isEqualTo(sink);
    }
  }

  private static Reach reach(LogSink sink) throws Exception {
    return new SocketReachability(SSLContext.getDefault(), Duration.ofSeconds(20)).reach(sink);
  }

  private static int post(LogSink sink, String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(sink.toString()))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}
