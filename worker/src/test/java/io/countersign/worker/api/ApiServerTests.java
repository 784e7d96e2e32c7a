package io.countersign.worker.api;

import static io.countersign.worker.api.Reception.ANN;
import static io.countersign.worker.api.Reception.AUDITOR;
import static io.countersign.worker.api.Reception.NOBODY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.adapter.signing.DsseEnvelope;
import io.countersign.activities.adapter.signing.RequestStatements;
import io.countersign.activities.signoff.RequestPredicate;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.Approvers.Person;
import io.countersign.policy.Approvers.PersonKey;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.record.JsonDocument;
import io.countersign.record.NewEntry;
import io.countersign.release.ReleaseId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attacks on the HTTP interface, over real sockets. */
class ApiServerTests {
  private static final String LIST = "/v1/releases";
  private static final ReleaseId ID = ReleaseId.parse("production/scorer/1.0");

  private final Reception reception = new Reception();

  @AfterEach
  void close() {
    reception.close();
  }

  @Test
  void answersASignedRequestOfWhoeverMayRead() {
    tell(ID);
    for (String person : List.of(ANN, AUDITOR)) {
      HttpResponse<String> response =
          reception.send(LIST, reception.signed(reception.asking(person, LIST)));
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
      assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
      assertThat(json(response).path("releases").get(0).path("release").asText())
          .isEqualTo(ID.toString());
    }
  }

  @Test
  void tellsHealthToWhoeverAsksAndNothingElse() {
    assertThat(reception.send("/health", null).body()).isEqualTo("{\"status\":\"up\"}");
    refused(reception.send(LIST, null), 401, FailureType.BAD_SIGNATURE);
    refused(reception.send(LIST, "Bearer abc"), 401, FailureType.BAD_SIGNATURE);
    refused(reception.send("/", null), 400, FailureType.WRONG_REQUEST);
  }

  @Test
  void refusesARequestThatWasUsed() {
    String once = reception.signed(reception.asking(ANN, LIST));
    assertThat(reception.send(LIST, once).statusCode()).isEqualTo(200);
    refused(reception.send(LIST, once), 401, FailureType.REPLAYED);
    String padded = once + "=".repeat((4 - (once.length() - 12) % 4) % 4);
    refused(reception.send(LIST, padded), 401, FailureType.REPLAYED);
    reception.now = reception.now.plusSeconds(119);
    refused(reception.send(LIST, once), 401, FailureType.REPLAYED);
  }

  @Test
  void refusesASignatureForAnotherPathMethodOrPlace() {
    String other = reception.signed(reception.asking(ANN, LIST + "?limit=5"));
    refused(reception.send(LIST, other), 400, FailureType.WRONG_REQUEST);
    String bare = reception.signed(reception.asking(ANN, LIST));
    refused(reception.send(LIST + "?limit=5", bare), 400, FailureType.WRONG_REQUEST);
    refused(post(LIST, bare), 400, FailureType.WRONG_REQUEST);
    RequestPredicate said = reception.asking(ANN, LIST);
    RequestPredicate elsewhere =
        new RequestPredicate(
            ANN,
            "GET",
            "https://staging.example.com",
            LIST,
            said.issuedAt(),
            said.expiresAt(),
            said.nonce());
    refused(reception.send(LIST, reception.signed(elsewhere)), 400, FailureType.WRONG_REQUEST);
  }

  @Test
  void refusesWhatHasExpiredOrIsOfTheFuture() {
    RequestPredicate said = reception.asking(ANN, LIST);
    String signed = reception.signed(said);
    reception.now = said.expiresAt();
    refused(reception.send(LIST, signed), 401, FailureType.EXPIRED);
    reception.now = said.issuedAt().minusSeconds(61);
    refused(reception.send(LIST, signed), 401, FailureType.NOT_YET_VALID);
  }

  @Test
  void refusesARequestThatIsGoodForTooLong() throws IOException {
    RequestPredicate said = reception.asking(ANN, LIST);
    ObjectNode statement = (ObjectNode) new ObjectMapper().readTree(RequestStatements.write(said));
    ((ObjectNode) statement.path("predicate"))
        .put("expiresAt", said.issuedAt().plusSeconds(301).toString());
    byte[] longer = io.countersign.release.CanonicalJson.bytes(statement);
    refused(reception.send(LIST, reception.signed(longer, ANN)), 400, FailureType.UNREADABLE);
  }

  @Test
  void doesNotTellStrangersWhoIsListed() {
    reception.newKey("mallory@example.com");
    RequestPredicate inAnnsName = reception.asking(ANN, LIST);
    String forged = reception.signed(RequestStatements.write(inAnnsName), "mallory@example.com");
    HttpResponse<String> known = reception.send(LIST, forged);
    String own = reception.signed(reception.asking("mallory@example.com", LIST));
    HttpResponse<String> unknown = reception.send(LIST, own);
    refused(known, 401, FailureType.UNKNOWN_KEY);
    assertThat(unknown.statusCode()).isEqualTo(known.statusCode());
    assertThat(unknown.body()).isEqualTo(known.body());
    String tampered = reception.signed(inAnnsName);
    char[] bytes = tampered.toCharArray();
    bytes[40] = bytes[40] == 'A' ? 'B' : 'A';
    assertThat(reception.send(LIST, new String(bytes)).statusCode()).isIn(400, 401);
  }

  @Test
  void refusesWhoeverMayNotReadNow() {
    refused(
        reception.send(LIST, reception.signed(reception.asking(NOBODY, LIST))),
        403,
        FailureType.NOT_ALLOWED);
    Instant past = reception.now.minusSeconds(1);
    reception.change(ANN, ann -> with(ann, ann.keys(), past));
    refused(reception.get(LIST), 401, FailureType.PERSON_NOT_VALID);
    reception.change(ANN, ann -> with(ann, List.of(ended(ann, past, null)), null));
    refused(reception.get(LIST), 401, FailureType.KEY_REVOKED);
    reception.change(ANN, ann -> with(ann, List.of(ended(ann, null, past)), null));
    refused(reception.get(LIST), 401, FailureType.KEY_NOT_VALID);
    reception.change(ANN, ann -> with(ann, List.of(ended(ann, null, null)), null));
    assertThat(reception.get(LIST).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/releases/",
        "/v1//releases",
        "/v1/releases/../releases",
        "/v1/releases/.",
        "/v1/releases;a=b",
        "/v1/%72eleases",
        "/v1/releases/production%2Fscorer/1.0",
        "/v1/releases/production/scorer/..%2f1",
        "/V1/releases",
        "/v1/releases/production/scorer/probe",
        "/v1/releases/production/scorer/1..0",
        "/v1/releases?state=live",
        "/v1/releases?state=LIVE'%20OR%20'1'='1",
        "/v1/releases?limit=0",
        "/v1/releases?limit=1001",
        "/v1/releases?limit=5&limit=6",
        "/v1/releases?environement=x",
        "/v1/releases?environment=x'",
        "/v1/releases?since=yesterday",
        "/v1/releases?after=%zz",
        "/v1/releases?person=%00",
        "/v1/releases/production/scorer/1.0?after=-",
        "/v1/elsewhere"
      })
  void refusesOddAddressesAlthoughTheyAreSigned(String path) throws IOException {
    String answer = raw("GET " + path + " HTTP/1.1", authorization(path));
    assertThat(answer).startsWith("HTTP/1.1 400");
    assertThat(answer).contains("{\"type\":\"WRONG_REQUEST\"").doesNotContain("<html", "at io.");
  }

  @Test
  void refusesHeadersAndLinesThatAreTooLong() throws IOException {
    String envelope = "Authorization: Countersign " + "A".repeat(6_000);
    assertThat(raw("GET " + LIST + " HTTP/1.1", envelope)).startsWith("HTTP/1.1 431");
    assertThat(raw("GET " + LIST + " HTTP/1.1", "X: " + "a".repeat(20_000)))
        .startsWith("HTTP/1.1 400")
        .doesNotContain("<html", "Tomcat");
    assertThat(raw("GET /" + "a".repeat(20_000) + " HTTP/1.1", "X: y"))
        .startsWith("HTTP/1.1 400")
        .doesNotContain("<html", "Tomcat");
    String twice = authorization(LIST);
    assertThat(raw("GET " + LIST + " HTTP/1.1", twice + "\r\n" + authorization(LIST)))
        .startsWith("HTTP/1.1 400")
        .contains("UNREADABLE");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW"})
  void answersGetAlone(String method) throws IOException {
    String answer = raw(method + " " + LIST + " HTTP/1.1", authorization(LIST));
    assertThat(answer).matches("(?s)HTTP/1.1 4\\d\\d.*").doesNotContain("<html");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "!", "e30", "bm90IGpzb24", "eyJwYXlsb2FkIjoiIn0"})
  void refusesWhatIsNoEnvelope(String text) {
    HttpResponse<String> answer = reception.send(LIST, "Countersign " + text + " ");
    assertThat(answer.statusCode()).isIn(400, 401);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
  }

  @Test
  void refusesAnEnvelopeOfAnotherStatement() {
    String order =
        "Countersign "
            + Base64.getUrlEncoder()
                .encodeToString(
                    DsseEnvelope.sign(
                            "{}".getBytes(StandardCharsets.UTF_8), reception.keys.get(ANN))
                        .write());
    refused(reception.send(LIST, order), 400, FailureType.UNREADABLE);
  }

  @Test
  void showsOneReleaseWithItsEntriesByPages() {
    tell(ID);
    for (int i = 2; i <= 5; i++) {
      record("state/" + i);
    }
    String path = LIST + "/" + ID;
    JsonNode first = json(reception.get(path + "?limit=3"));
    assertThat(first.path("state").asText()).isEqualTo("CHECKING");
    assertThat(first.path("entries")).hasSize(3);
    assertThat(first.path("entries").get(0).path("body").path("n").asInt()).isEqualTo(1);
    JsonNode second = json(reception.get(path + "?limit=3&after=" + first.path("next").asInt()));
    assertThat(second.path("entries")).hasSize(2);
    assertThat(second.has("next")).isFalse();
    refused(reception.get(LIST + "/production/scorer/2.0"), 404, FailureType.UNKNOWN_RELEASE);
  }

  @Test
  void streamsEvidenceAndNeverLetsHalfOfItLookWhole() {
    Page evidence =
        new EvidencePage(
            (release, out) -> {
              if (release.version().equals("absent")) {
                throw new GateException(FailureType.UNKNOWN_RELEASE, release + " is not known");
              }
              byte[] line = "x".repeat(1023).concat("\n").getBytes(StandardCharsets.UTF_8);
              for (int i = 0; i < 40_000; i++) {
                out.write(line);
              }
              if (release.version().equals("broken")) {
                throw new GateException(FailureType.DATABASE_UNAVAILABLE, "went away");
              }
            });
    try (Reception big = new Reception(evidence)) {
      HttpResponse<String> whole = big.get(LIST + "/production/scorer/whole/evidence");
      assertThat(whole.headers().firstValue("Content-Type")).contains("application/jsonl");
      assertThat(whole.body()).hasSize(40_000 * 1024);
      refused(
          big.get(LIST + "/production/scorer/absent/evidence"), 404, FailureType.UNKNOWN_RELEASE);
      assertThatThrownBy(() -> big.get(LIST + "/production/scorer/broken/evidence"))
          .hasCauseInstanceOf(IOException.class);
    }
  }

  @Test
  void keepsADefectToItself() {
    Page broken =
        target -> {
          throw new IllegalStateException("secret detail");
        };
    try (Reception defect = new Reception(broken)) {
      HttpResponse<String> answer = defect.get(LIST);
      refused(answer, 500, FailureType.INTERNAL);
      assertThat(answer.body()).doesNotContain("secret detail", "IllegalState");
    }
  }

  private void tell(ReleaseId id) {
    reception
        .record
        .releases()
        .tell(
            new NewEntry(
                id,
                reception.now,
                EntryKind.STATE,
                "gate",
                new EntryKey("state/1"),
                new JsonDocument("{\"n\":1}")),
            "CHECKING");
  }

  private void record(String key) {
    reception
        .record
        .entries()
        .append(
            new NewEntry(
                ID,
                reception.now,
                EntryKind.ALARM,
                "gate",
                new EntryKey(key),
                new JsonDocument("{}")));
  }

  private String authorization(String path) {
    String signable = path.replaceAll("[^!-~]", "x");
    return "Authorization: " + reception.signed(reception.asking(ANN, signable));
  }

  private static Person with(Person person, List<PersonKey> keys, Instant withdrawnAt) {
    return new Person(
        person.id(), person.functions(), List.of(), null, keys, null, null, withdrawnAt, null);
  }

  private static PersonKey ended(Person person, Instant revokedAt, Instant notAfter) {
    PersonKey key = person.keys().get(0);
    return new PersonKey(key.keyId(), key.publicKey(), null, notAfter, revokedAt);
  }

  private HttpResponse<String> post(String path, String authorization) {
    try {
      return reception.http.send(
          HttpRequest.newBuilder(URI.create(reception.server.url() + path))
              .header("Authorization", authorization)
              .POST(HttpRequest.BodyPublishers.ofString("{}"))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends a request as it is, which no client library would. */
  private String raw(String line, String header) throws IOException {
    URI url = URI.create(reception.server.url());
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      socket.setSoTimeout(20_000);
      OutputStream out = socket.getOutputStream();
      out.write(
          (line + "\r\nHost: x\r\n" + header + "\r\nConnection: close\r\n\r\n")
              .getBytes(StandardCharsets.UTF_8));
      out.flush();
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void refused(HttpResponse<String> response, int status, FailureType type) {
    assertThat(response.body()).contains("\"type\":\"" + type.name() + "\"");
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(Optional.ofNullable(json(response).get("detail"))).isPresent();
  }

  private static JsonNode json(HttpResponse<String> response) {
    try {
      return new ObjectMapper().readTree(response.body());
    } catch (IOException e) {
      throw new IllegalStateException(response.body(), e);
    }
  }
}
