package io.countersign.activities.adapter.timestamp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import io.countersign.activities.engine.TimeStampServer;
import io.countersign.activities.port.TimeStampAuthority.TimeStamp;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against an authority made with OpenSSL, and against servers that are none. */
class HttpTimeStampAuthorityIT {
  private static final Digest IMPRINT = Digest.of("seal".getBytes(StandardCharsets.UTF_8));

  @TempDir static Path directory;
  private static TimeStampServer server;
  private static TimeStampServer stranger;

  @BeforeAll
  static void start() {
    server = TimeStampServer.start(directory.resolve("ours"));
    stranger = TimeStampServer.start(directory.resolve("stranger"));
  }

  @AfterAll
  static void stop() {
    server.close();
    stranger.close();
  }

  @Test
  void stampsWhatVerifiesWithoutTheAuthority() {
    Instant before = Instant.now();
    TimeStamp stamp = authority(server.address(), server).stamp(IMPRINT);
    assertThat(stamp.at()).isBetween(before.minusSeconds(1), Instant.now().plusSeconds(1));
    assertThat(tokens(server).verify(stamp.token(), IMPRINT)).isEqualTo(stamp.at());
    refused(
        FailureType.BAD_TIME_STAMP,
        () -> tokens(server).verify(stamp.token(), Digest.of(new byte[0])));
    refused(FailureType.BAD_TIME_STAMP, () -> tokens(stranger).verify(stamp.token(), IMPRINT));
    byte[] changed = stamp.token();
    changed[changed.length - 1] ^= 1;
    refused(FailureType.BAD_TIME_STAMP, () -> tokens(server).verify(changed, IMPRINT));
    refused(FailureType.BAD_TIME_STAMP, () -> tokens(server).verify(new byte[8], IMPRINT));
  }

  @Test
  void comesBackWithTheSameCertificate() {
    TimeStamp stamp = authority(stranger.address(), stranger).stamp(IMPRINT);
    try (TimeStampServer again = TimeStampServer.start(directory.resolve("stranger"))) {
      assertThat(tokens(again).verify(stamp.token(), IMPRINT)).isEqualTo(stamp.at());
    }
  }

  @Test
  void refusesAnotherAuthority() {
    refused(FailureType.BAD_TIME_STAMP, () -> authority(stranger.address(), server).stamp(IMPRINT));
  }

  @Test
  void refusesTheAnswerToAnotherQuestion() throws IOException {
    byte[] old = answer(server.address());
    HttpServer replaying = serving(200, old);
    try {
      refused(
          FailureType.BAD_TIME_STAMP, () -> authority(address(replaying), server).stamp(IMPRINT));
    } finally {
      replaying.stop(0);
    }
  }

  @Test
  void saysThatAnAuthorityIsAway() throws IOException {
    HttpServer broken = serving(500, new byte[0]);
    HttpServer flooding = serving(200, new byte[200_000]);
    HttpServer babbling = serving(200, "no ASN.1".getBytes(StandardCharsets.UTF_8));
    try {
      for (HttpServer bad : List.of(broken, flooding)) {
        refused(
            FailureType.TIME_STAMP_UNAVAILABLE,
            () -> authority(address(bad), server).stamp(IMPRINT));
      }
      assertThatExceptionOfType(GateException.class)
          .isThrownBy(() -> authority(address(babbling), server).stamp(IMPRINT));
    } finally {
      broken.stop(0);
      flooding.stop(0);
      babbling.stop(0);
    }
    URI nobody = address(broken);
    refused(FailureType.TIME_STAMP_UNAVAILABLE, () -> authority(nobody, server).stamp(IMPRINT));
  }

  /** A whole answer of the authority to a question that nobody asks again. */
  private static byte[] answer(URI address) throws IOException {
    try {
      TimeStampRequestGenerator generator = new TimeStampRequestGenerator();
      generator.setCertReq(true);
      byte[] query =
          generator
              .generate(
                  NISTObjectIdentifiers.id_sha256,
                  HexFormat.of().parseHex(IMPRINT.hex()),
                  BigInteger.TEN)
              .getEncoded();
      return HttpClient.newHttpClient()
          .send(
              HttpRequest.newBuilder(address)
                  .timeout(Duration.ofSeconds(20))
                  .POST(HttpRequest.BodyPublishers.ofByteArray(query))
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray())
          .body();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static HttpServer serving(int status, byte[] body) throws IOException {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4);
    http.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    http.start();
    return http;
  }

  private static URI address(HttpServer http) {
    return URI.create("http://127.0.0.1:" + http.getAddress().getPort() + "/");
  }

  private static HttpTimeStampAuthority authority(URI address, TimeStampServer trusted) {
    return new HttpTimeStampAuthority(address, tokens(trusted));
  }

  private static TimeStampTokens tokens(TimeStampServer trusted) {
    return TimeStampTokens.of(trusted.certificate());
  }

  private static void refused(FailureType type, ThrowingCallable call) {
    assertThatExceptionOfType(GateException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.type()).isEqualTo(type));
  }
}
