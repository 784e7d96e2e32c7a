package io.countersign.worker.api;

import static io.countersign.worker.api.Reception.ANN;
import static io.countersign.worker.api.Reception.AUDITOR;
import static io.countersign.worker.api.Reception.NOBODY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.countersign.activities.adapter.signing.StatementWriter;
import io.countersign.activities.signoff.RequestPredicate;
import io.countersign.activity.GateJson;
import io.countersign.failure.GateException;
import io.countersign.worker.codec.LocalPayloadKey;
import io.countersign.worker.codec.SealedPayloads;
import io.countersign.worker.remote.RemoteOpening;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.Payloads;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Attacks on the codec endpoint, over real sockets. */
class CodecDoorTests {
  private static final String UI = "https://temporal.example.com";
  private static final String WORDS = "what people wrote";

  private final LocalPayloadKey vault = new LocalPayloadKey();
  private final SealedPayloads codec =
      new SealedPayloads(vault.publicKey(), vault, false, Clock.systemUTC());
  private final Reception reception =
      new Reception(new CodecSettings(codec, List.of(UI)), new Page[0]);

  @AfterEach
  void close() {
    reception.close();
  }

  @Test
  void showsPayloadsToWhoeverHasAPassAndTagsWhatIsNone() throws IOException {
    Payload clear = GateJson.converter().toPayload(WORDS).orElseThrow();
    String body = json(codec.encode(List.of(clear)).get(0), clear);
    assertThat(body).doesNotContain("d2hhdCBwZW9wbGUgd3JvdGU");
    for (String person : List.of(ANN, AUDITOR)) {
      HttpResponse<String> answer = post("/codec/decode", body, "Bearer " + pass(person));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
      List<Payload> read = payloads(answer.body());
      assertThat(read.get(0)).isEqualTo(clear);
      assertThat(read.get(1).getMetadataOrThrow("encoding").toStringUtf8())
          .isEqualTo(SealedPayloads.REFUSED);
    }
  }

  @Test
  void sealsForTheTemporalCommand() throws IOException {
    Payload clear = GateJson.converter().toPayload(WORDS).orElseThrow();
    HttpResponse<String> answer = post("/codec/encode", json(clear), "Bearer " + pass(AUDITOR));
    assertThat(codec.decode(payloads(answer.body()))).containsExactly(clear);
  }

  @Test
  void opensNothingWithoutAPassThatHoldsNow() throws IOException {
    String body = json(codec.encode(List.of(Payload.getDefaultInstance())).get(0));
    String good = pass(AUDITOR);
    assertThat(post("/codec/decode", body, null).statusCode()).isEqualTo(401);
    assertThat(post("/codec/decode", body, "Bearer ").statusCode()).isEqualTo(401);
    assertThat(post("/codec/decode", body, "Bearer " + "A".repeat(7_000)).statusCode())
        .isEqualTo(431);
    assertThat(post("/codec/decode", body, "Basic " + good).statusCode()).isEqualTo(401);
    assertThat(post("/codec/decode", body, "Bearer " + pass(NOBODY)).statusCode()).isEqualTo(403);
    String ofAnother =
        reception.signed(
            new RequestPredicate(
                AUDITOR,
                "GET",
                "https://other.example.com",
                RequestPredicate.PASS,
                reception.now,
                reception.now.plusSeconds(120),
                StatementWriter.nonce()));
    assertThat(post("/codec/decode", body, bearer(ofAnother)).statusCode()).isEqualTo(400);
    // A request to read the record, which travels to proxies and logs, opens no payload.
    String request = reception.signed(reception.asking(AUDITOR, "/v1/releases"));
    assertThat(post("/codec/decode", body, bearer(request)).statusCode()).isEqualTo(400);
    assertThat(vault.asked).isZero();
    reception.now = reception.now.plus(Duration.ofHours(12));
    HttpResponse<String> late = post("/codec/decode", body, "Bearer " + good);
    assertThat(late.statusCode()).isEqualTo(401);
    assertThat(late.body()).contains("EXPIRED").doesNotContain(good);
  }

  @Test
  void aPassIsNoRequestToReadTheRecord() {
    assertThat(reception.send("/v1/releases", "Countersign " + pass(ANN)).statusCode())
        .isEqualTo(400);
    assertThat(reception.send("/codec", "Countersign " + pass(ANN)).statusCode()).isEqualTo(200);
  }

  @Test
  void aPassEndsWithTheRightToRead() throws IOException {
    String body = json(codec.encode(List.of(Payload.getDefaultInstance())).get(0));
    String pass = pass(ANN);
    assertThat(post("/codec/decode", body, "Bearer " + pass).statusCode()).isEqualTo(200);
    reception.newKey(ANN);
    assertThat(post("/codec/decode", body, "Bearer " + pass).statusCode()).isEqualTo(401);
  }

  @Test
  void nobodySignsAPassForLongerThanHalfADay() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new RequestPredicate(
                    ANN,
                    "GET",
                    "https://gate.example.com",
                    RequestPredicate.PASS,
                    reception.now,
                    reception.now.plus(Duration.ofHours(12)).plusSeconds(1),
                    StatementWriter.nonce()))
        .withMessageStartingWith("expiresAt: ");
  }

  @Test
  void aBrowserIsAnsweredForTheConfiguredOriginAlone() {
    HttpResponse<String> known = preflight(UI);
    assertThat(known.statusCode()).isEqualTo(204);
    assertThat(known.headers().firstValue("Access-Control-Allow-Origin")).contains(UI);
    assertThat(known.headers().firstValue("Access-Control-Allow-Credentials")).contains("true");
    assertThat(known.headers().firstValue("Access-Control-Allow-Headers").orElseThrow())
        .contains("Authorization", "Content-Type", "X-Namespace");
    for (String foreign :
        List.of(
            "https://evil.example.com",
            UI + ".evil.example.com",
            "null",
            "http://temporal.example.com")) {
      HttpResponse<String> refused = preflight(foreign);
      assertThat(refused.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
      assertThat(refused.headers().firstValue("Access-Control-Allow-Credentials")).isEmpty();
    }
  }

  @Test
  void aBrowserKeepsAPassThatNoScriptReadsAndNoOtherSiteSends() throws IOException {
    String pass = pass(AUDITOR);
    HttpResponse<String> kept = post("/codec", "pass=" + pass, null);
    assertThat(kept.statusCode()).isEqualTo(200);
    String cookie = kept.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(cookie).contains("HttpOnly", "SameSite=Strict", "Path=/codec");
    Payload clear = GateJson.converter().toPayload(WORDS).orElseThrow();
    HttpResponse<String> read =
        send(
            request("/codec/decode")
                .header("Cookie", cookie.substring(0, cookie.indexOf(';')))
                .header("Origin", UI)
                .POST(BodyPublishers.ofString(json(codec.encode(List.of(clear)).get(0)))));
    assertThat(payloads(read.body())).containsExactly(clear);
    assertThat(post("/codec", "pass=x.y", null).statusCode()).isEqualTo(400);
    assertThat(post("/codec", "pass=", null).headers().firstValue("Set-Cookie").orElseThrow())
        .contains("Max-Age=0");
  }

  @Test
  void junkIsRefusedInOneSentence() {
    String bearer = "Bearer " + pass(AUDITOR);
    for (String junk : List.of("", "[]", "{\"payloads\": 1}", "{".repeat(100_000))) {
      HttpResponse<String> answer = post("/codec/decode", junk, bearer);
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).contains("UNREADABLE").doesNotContain("Exception");
    }
    assertThat(send(request("/codec/decode").header("Authorization", bearer).GET()).statusCode())
        .isEqualTo(400);
    assertThat(post("/codec/other", "{}", bearer).statusCode()).isEqualTo(400);
  }

  @Test
  void aCommandSealsAloneAndOpensThroughAWorker(@TempDir Path directory) throws IOException {
    Payload clear = GateJson.converter().toPayload(WORDS).orElseThrow();
    Path pass = directory.resolve("pass");
    RemoteOpening alone = new RemoteOpening(vault.publicKey(), null, null, Clock.systemUTC());
    List<Payload> sealed = alone.encode(List.of(clear));
    assertThat(codec.decode(sealed)).containsExactly(clear);
    Assertions.assertThatExceptionOfType(GateException.class)
        .isThrownBy(() -> alone.decode(sealed))
        .withMessageContaining("countersign.codec.pass-file");
    RemoteOpening command =
        new RemoteOpening(
            vault.publicKey(), URI.create(reception.server.url()), pass, Clock.systemUTC());
    Assertions.assertThatExceptionOfType(GateException.class)
        .isThrownBy(() -> command.decode(sealed))
        .withMessageContaining("the pass cannot be read");
    Files.writeString(pass, pass(NOBODY) + "\n");
    Assertions.assertThatExceptionOfType(GateException.class)
        .isThrownBy(() -> command.decode(sealed))
        .withMessageContaining("NOT_ALLOWED");
    Files.writeString(pass, pass(ANN) + "\n");
    assertThat(command.decode(sealed)).containsExactly(clear);
    reception.close();
    Assertions.assertThatExceptionOfType(GateException.class)
        .isThrownBy(() -> command.decode(sealed))
        .withMessageContaining("WORKER_UNAVAILABLE");
  }

  private String pass(String person) {
    return reception
        .signed(
            new RequestPredicate(
                person,
                "GET",
                reception.server.url(),
                RequestPredicate.PASS,
                reception.now,
                reception.now.plus(Duration.ofHours(8)),
                StatementWriter.nonce()))
        .substring("Countersign ".length())
        .replace("=", "");
  }

  private static String bearer(String signed) {
    return signed.replace("Countersign ", "Bearer ");
  }

  private static String json(Payload... payloads) throws InvalidProtocolBufferException {
    return JsonFormat.printer()
        .print(Payloads.newBuilder().addAllPayloads(List.of(payloads)).build());
  }

  private static List<Payload> payloads(String json) throws InvalidProtocolBufferException {
    Payloads.Builder payloads = Payloads.newBuilder();
    JsonFormat.parser().merge(json, payloads);
    return payloads.getPayloadsList();
  }

  private HttpResponse<String> preflight(String origin) {
    return send(
        request("/codec/decode")
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", "authorization,content-type,x-namespace")
            .method("OPTIONS", BodyPublishers.noBody()));
  }

  private HttpResponse<String> post(
      String path, String body, @org.jspecify.annotations.Nullable String authorization) {
    HttpRequest.Builder request = request(path).POST(BodyPublishers.ofString(body));
    Optional.ofNullable(authorization).ifPresent(value -> request.header("Authorization", value));
    return send(request);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(reception.server.url() + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return reception.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
