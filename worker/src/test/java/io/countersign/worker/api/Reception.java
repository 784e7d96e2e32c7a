package io.countersign.worker.api;

import io.countersign.activities.adapter.memory.UnsafeInMemoryReleaseRecord;
import io.countersign.activities.adapter.signing.DsseEnvelope;
import io.countersign.activities.adapter.signing.RequestStatements;
import io.countersign.activities.adapter.signing.StatementWriter;
import io.countersign.activities.port.GateRules;
import io.countersign.activities.signoff.RequestPredicate;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.activities.signoff.VerificationKey;
import io.countersign.policy.Approvers;
import io.countersign.policy.Approvers.Person;
import io.countersign.policy.Approvers.PersonKey;
import io.countersign.policy.GateFunction;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An HTTP interface on a free port, with a record in memory, a clock and a few people. */
public final class Reception implements AutoCloseable {
  public static final String ANN = "ann@example.com";
  static final String AUDITOR = "auditor@example.com";
  static final String NOBODY = "nobody@example.com";

  public final UnsafeInMemoryReleaseRecord record = new UnsafeInMemoryReleaseRecord();
  public final Map<String, SigningKey> keys = new HashMap<>();
  final HttpClient http = HttpClient.newHttpClient();
  public final ApiServer server;
  public Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private List<Person> people = new ArrayList<>();

  public Reception(Page... more) {
    this(null, more);
  }

  Reception(@Nullable CodecSettings codec, Page... more) {
    people.add(person(ANN, List.of(GateFunction.RISK), null));
    people.add(person(AUDITOR, List.of(), true));
    people.add(person(NOBODY, List.of(), null));
    List<Page> pages = new ArrayList<>(List.of(more));
    pages.add(new ReleasesPage(record.listing(), record.entries()));
    server =
        ApiServer.start(
            new ApiSettings("127.0.0.1", 0, null, null, null),
            rules(),
            pages,
            codec,
            new Clock() {
              @Override
              public ZoneOffset getZone() {
                return ZoneOffset.UTC;
              }

              @Override
              public Clock withZone(java.time.ZoneId zone) {
                return this;
              }

              @Override
              public Instant instant() {
                return now;
              }
            });
  }

  private GateRules rules() {
    return new GateRules() {
      @Override
      public Rules now() {
        SignedFile any = new SignedFile(new byte[0], new byte[0]);
        return new Rules(null, any, new Approvers(people), any, Reception.this::keysOf);
      }

      @Override
      public void requireInForce(SignedFile gate, SignedFile approvers, Instant at) {
        throw new IllegalStateException("nobody asks about the past here");
      }
    };
  }

  private List<VerificationKey> keysOf(String person) {
    return people.stream()
        .filter(listed -> listed.id().equals(person))
        .map(listed -> keys.get(listed.id()).verificationKey())
        .toList();
  }

  /** Changes what the approvers file says of a person. */
  void change(String person, UnaryOperator<Person> change) {
    people =
        people.stream()
            .map(listed -> listed.id().equals(person) ? change.apply(listed) : listed)
            .toList();
  }

  private Person person(String id, List<GateFunction> functions, @Nullable Boolean read) {
    return new Person(id, functions, List.of(), null, List.of(key(id)), null, null, null, read);
  }

  private PersonKey key(String id) {
    VerificationKey key = newKey(id).verificationKey();
    return new PersonKey(key.keyId(), "PEM", null, null, null);
  }

  /** Gives a person a key that another process has. */
  public void adopt(String id, SigningKey key) {
    keys.put(id, key);
    change(
        id,
        person ->
            new Person(
                id,
                person.functions(),
                List.of(),
                null,
                List.of(new PersonKey(key.verificationKey().keyId(), "PEM", null, null, null)),
                null,
                null,
                null,
                null));
  }

  SigningKey newKey(String id) {
    try {
      SigningKey key =
          SigningKey.of(KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate());
      keys.put(id, key);
      return key;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  RequestPredicate asking(String person, String path) {
    return new RequestPredicate(
        person, "GET", server.url(), path, now, now.plusSeconds(120), StatementWriter.nonce());
  }

  String signed(RequestPredicate said) {
    return signed(RequestStatements.write(said), said.person());
  }

  String signed(byte[] statement, String keyOf) {
    return "Countersign "
        + Base64.getUrlEncoder()
            .encodeToString(DsseEnvelope.sign(statement, keys.get(keyOf)).write());
  }

  HttpResponse<String> get(String path) {
    return send(path, signed(asking(ANN, path)));
  }

  HttpResponse<String> send(String path, @Nullable String authorization) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + path));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
