package io.countersign.activities.adapter.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import io.countersign.activities.engine.EngineBinaries;
import io.countersign.activities.port.SecretText;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.GrantSpec;
import io.countersign.grant.IdentityBinding;
import io.countersign.grant.ProbeState;
import io.countersign.grant.RevocationProof;
import io.countersign.grant.Slot;
import io.countersign.grant.SlotRole;
import io.countersign.grant.SystemRef;
import io.countersign.release.Span;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What a workload can and cannot do, before and after, on a real server. */
@TestInstance(Lifecycle.PER_CLASS)
class VaultBehaviourIT {
  private static final String LEASES = "rabbitmq/creds/fraud";
  private static final int DENIED = 403;

  private final AtomicInteger systems = new AtomicInteger();
  private VaultFixture vault;
  private VaultCredentialBroker broker;
  private SystemRef system;

  protected Optional<Path> binary() {
    return EngineBinaries.ofThisProcess().openBao();
  }

  @BeforeAll
  void start() throws Exception {
    vault = VaultFixture.start(binary());
    vault.dynamicSecrets(LEASES);
  }

  @AfterAll
  void stop() throws Exception {
    if (vault != null) {
      vault.close();
    }
  }

  @BeforeEach
  void onboard() {
    system = vault.onboard("fraud-" + systems.incrementAndGet());
    broker = vault.broker();
  }

  @Test
  void theWorkloadReadsWhatItMayAndNotTheOneNextToIt() {
    broker.grant(spec("1.0", Slot.A));
    String token = vault.login(system, Slot.A, "1.0");

    assertThat(vault.status("GET", "secret/data/fraud", token, null)).isEqualTo(200);
    assertThat(vault.status("GET", "secret/data/next-to-it", token, null)).isEqualTo(DENIED);

    broker.revoke(system.release("1.0"), Slot.A);

    assertThat(vault.status("GET", "secret/data/fraud", token, null)).isEqualTo(DENIED);
  }

  @Test
  void anotherSubjectOrAudienceDoesNotGetIn() {
    broker.grant(spec("1.0", Slot.A));
    String login = "auth/" + system.mount(Slot.A) + "/login";

    assertThat(vault.status("POST", login, null, login(vault.jwt("other", VaultFixture.AUDIENCE))))
        .isEqualTo(400);
    assertThat(vault.status("POST", login, null, login(vault.jwt(VaultFixture.SUBJECT, "other"))))
        .isEqualTo(400);
    assertThat(vault.status("POST", login, null, login(vault.jwt()))).isEqualTo(200);
  }

  @Test
  void aTokenThatTheWorkloadMadeForItselfDiesWithItsRelease() {
    broker.grant(spec("1.0", Slot.A));
    String parent = vault.login(system, Slot.A, "1.0");
    String child =
        vault
            .send("POST", "auth/token/create", parent, Map.of())
            .body()
            .path("auth")
            .path("client_token")
            .asText();
    assertThat(vault.status("GET", "secret/data/fraud", child, null)).isEqualTo(200);

    broker.revoke(system.release("1.0"), Slot.A);

    assertThat(vault.status("GET", "secret/data/fraud", child, null)).isEqualTo(DENIED);
  }

  @Test
  void noTokenOfALoginThatRacedTheRevocationWorksAfterTheProof() throws Exception {
    broker.grant(spec("1.0", Slot.A));
    AtomicBoolean on = new AtomicBoolean(true);
    ConcurrentLinkedQueue<String> tokens = new ConcurrentLinkedQueue<>();
    CountDownLatch warm = new CountDownLatch(20);
    ExecutorService workloads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> loops = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        loops.add(
            workloads.submit(
                () -> {
                  while (on.get()) {
                    try {
                      tokens.add(vault.login(system, Slot.A, "1.0"));
                      warm.countDown();
                    } catch (GateException refused) {
                      // The role is gone; the loop goes on trying.
                    }
                  }
                }));
      }
      warm.await();
      RevocationProof proof = broker.revoke(system.release("1.0"), Slot.A);
      on.set(false);
      for (Future<?> loop : loops) {
        loop.get();
      }
      assertThat(proof.leasesFound()).isPositive();
    } finally {
      on.set(false);
      workloads.shutdownNow();
    }
    assertThat(tokens).hasSizeGreaterThanOrEqualTo(20).noneMatch(vault::works);
    assertThat(broker.inspect(system, Slot.A).isEmpty()).isTrue();
  }

  @Test
  void aProbeGivesNoRight() {
    broker.openProbe(system, Slot.A, VaultFixture.SUBJECT, VaultFixture.AUDIENCE);
    String token = vault.login(system, Slot.A, SlotRole.PROBE);

    assertThat(broker.probe(system, Slot.A)).isEqualTo(ProbeState.SEEN);
    assertThat(vault.status("GET", "secret/data/fraud", token, null)).isEqualTo(DENIED);
    assertThat(vault.status("GET", "auth/token/lookup-self", token, null)).isEqualTo(DENIED);
  }

  @Test
  void whatAnAdministratorChangedShowsAsADifference() {
    broker.grant(spec("1.0", Slot.A));
    vault.write(
        "auth/" + system.mount(Slot.A) + "/role/1.0",
        Map.of("role_type", "jwt", "token_bound_cidrs", "10.0.0.0/8"));

    assertThat(broker.list(system).get(0).differences(SlotRole.of(spec("1.0", Slot.A))))
        .containsExactly("token_bound_cidrs");
  }

  @Test
  void aSecondRoleBesideTheGrantIsSeen() {
    broker.grant(spec("1.0", Slot.A));
    vault.write(
        "auth/" + system.mount(Slot.A) + "/role/planted",
        Map.of(
            "role_type",
            "jwt",
            "user_claim",
            "sub",
            "bound_subject",
            "evil",
            "token_policies",
            "root"));

    assertThat(broker.inspect(system, Slot.A).othersThan("1.0")).containsExactly("planted");
    fails(FailureType.RECORD_CONFLICT, () -> broker.grant(spec("1.0", Slot.A)));
  }

  @Test
  void aLentSecretThatCannotBeTakenBackKeepsTheRevocationUnproved() throws Exception {
    AtomicInteger status = new AtomicInteger(204);
    HttpServer rabbit =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    rabbit.createContext(
        "/",
        exchange -> {
          byte[] body = "[]".getBytes(StandardCharsets.UTF_8);
          exchange.getRequestBody().readAllBytes();
          if (exchange.getRequestMethod().equals("GET")) {
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
          } else {
            exchange.sendResponseHeaders(status.get(), -1);
          }
          exchange.close();
        });
    rabbit.start();
    try {
      vault.write("sys/mounts/rabbitmq", Map.of("type", "rabbitmq"));
      vault.write(
          "rabbitmq/config/connection",
          Map.of(
              "connection_uri",
              "http://127.0.0.1:" + rabbit.getAddress().getPort(),
              "username",
              "admin",
              "password",
              "admin",
              "verify_connection",
              false));
      vault.write("rabbitmq/roles/fraud", Map.of("tags", "management"));
      VaultCredentialBroker looking = vault.broker(Map.of(system, List.of(LEASES)));
      looking.grant(spec("1.0", Slot.A));
      looking.grant(spec("2.0", Slot.B));
      String token = vault.login(system, Slot.A, "1.0");
      String successor = vault.login(system, Slot.B, "2.0");
      assertThat(vault.status("GET", LEASES, token, null)).isEqualTo(200);
      assertThat(vault.status("GET", LEASES, successor, null)).isEqualTo(200);

      status.set(500);
      assertThatExceptionOfType(GateException.class)
          .isThrownBy(() -> looking.revoke(system.release("1.0"), Slot.A))
          .satisfies(
              failure -> assertThat(failure.type()).isEqualTo(FailureType.REVOCATION_UNPROVED))
          .withMessageContaining("1 overdue leases of " + LEASES);

      // The token is dead even so; what it borrowed is not.
      assertThat(vault.works(token)).isFalse();
      status.set(204);
      vault.write("sys/leases/revoke-prefix/" + LEASES, Map.of("sync", true));
      RevocationProof proof = looking.revoke(system.release("1.0"), Slot.A);
      assertThat(proof.dynamicSecretsChecked()).containsExactly(LEASES);
    } finally {
      rabbit.stop(0);
    }
  }

  @Test
  void aSealedServerIsUnavailableAndGoesOnAfterUnseal() {
    broker.grant(spec("1.0", Slot.A));
    String token = vault.login(system, Slot.A, "1.0");
    vault.server.seal();
    try {
      fails(FailureType.VAULT_UNAVAILABLE, () -> broker.inspect(system, Slot.A));
      fails(FailureType.VAULT_UNAVAILABLE, () -> broker.revoke(system.release("1.0"), Slot.A));
    } finally {
      vault.server.unseal();
    }
    assertThat(vault.works(token)).isTrue();
    broker.revoke(system.release("1.0"), Slot.A);
    assertThat(vault.works(token)).isFalse();
  }

  @Test
  void aKilledServerIsUnavailableAndComesBackWithWhatItHeld() {
    broker.grant(spec("1.0", Slot.A));
    vault.server.close();
    try {
      fails(FailureType.VAULT_UNAVAILABLE, () -> broker.inspect(system, Slot.A));
    } finally {
      vault.server.start();
    }
    assertThat(broker.list(system)).containsExactly(SlotRole.of(spec("1.0", Slot.A)));
  }

  @Test
  void aWrongTokenIsDenied() {
    VaultIdentity wrong = new VaultIdentity.HeldToken(SecretText.of("not-a-token"));
    VaultCredentialBroker stranger =
        new VaultCredentialBroker(
            vault.settings,
            wrong,
            wrong,
            Clock.systemUTC(),
            VaultFixture.SETTLE,
            LentSecrets.none());

    fails(FailureType.VAULT_DENIED, () -> stranger.inspect(system, Slot.A));
    fails(FailureType.VAULT_DENIED, () -> stranger.grant(spec("1.0", Slot.A)));
  }

  @Test
  void theGateLogsInWithItsOwnJwtAndAgainWhenItsTokenWasRevoked(@TempDir Path directory)
      throws Exception {
    vault.write("sys/auth/gate" + systems.get(), Map.of("type", "jwt"));
    String mount = "gate" + systems.get();
    vault.write(
        "auth/" + mount + "/config",
        Map.of(
            "bound_issuer",
            VaultFixture.ISSUER,
            "jwt_validation_pubkeys",
            vault.publicKeyPem(),
            "jwt_supported_algs",
            "ES256"));
    for (String policy : List.of(GatePolicies.GRANT, GatePolicies.WATCH)) {
      vault.write(
          "auth/" + mount + "/role/" + policy,
          Map.of(
              "role_type", "jwt",
              "user_claim", "sub",
              "bound_subject", "gate",
              "bound_audiences", VaultFixture.AUDIENCE,
              "token_policies", policy,
              "token_type", "service",
              "token_ttl", "300"));
    }
    Path file =
        Files.writeString(
            directory.resolve("jwt"), vault.jwt("gate", VaultFixture.AUDIENCE) + "\n");
    VaultCredentialBroker serving =
        new VaultCredentialBroker(
            vault.settings,
            new VaultIdentity.JwtFile(file, mount, GatePolicies.GRANT),
            new VaultIdentity.JwtFile(file, mount, GatePolicies.WATCH),
            Clock.systemUTC(),
            VaultFixture.SETTLE,
            LentSecrets.none());
    serving.grant(spec("1.0", Slot.A));

    vault.write("sys/leases/revoke-prefix/auth/" + mount + "/login", Map.of("sync", true));

    assertThat(serving.list(system)).hasSize(1);
    serving.revoke(system.release("1.0"), Slot.A);
    Files.writeString(file, vault.jwt("stranger", VaultFixture.AUDIENCE));
    vault.write("sys/leases/revoke-prefix/auth/" + mount + "/login", Map.of("sync", true));
    fails(FailureType.VAULT_DENIED, () -> serving.list(system));
  }

  @Test
  void onboardingTwiceChangesNothingThatIsLive() {
    broker.grant(spec("1.0", Slot.A));
    String token = vault.login(system, Slot.A, "1.0");
    IdentityBinding before = broker.identity(system);

    vault.onboardAgain();

    assertThat(vault.works(token)).isTrue();
    assertThat(broker.identity(system)).isEqualTo(before);
    assertThat(before.slotsAgree()).isTrue();
    assertThat(before.a().issuer()).isEqualTo(VaultFixture.ISSUER);
    assertThat(before.a().keySource()).isEqualTo("keys");
    assertThat(before.a().algorithms()).containsExactly("ES256");
  }

  @Test
  void bothSlotsLeadToOneEntitySoThatAReleaseIsNotANewClient() {
    broker.grant(spec("1.0", Slot.A));
    broker.grant(spec("2.0", Slot.B));

    assertThat(entity(Slot.A, "1.0")).isNotEmpty().isEqualTo(entity(Slot.B, "2.0"));
  }

  private String entity(Slot slot, String role) {
    return vault.entityOf(vault.login(system, slot, role));
  }

  private static Map<String, Object> login(String jwt) {
    return Map.of("role", "1.0", "jwt", jwt);
  }

  private GrantSpec spec(String version, Slot slot) {
    return new GrantSpec(
        system.release(version),
        slot,
        VaultFixture.SUBJECT,
        VaultFixture.AUDIENCE,
        List.of(VaultFixture.POLICY),
        Span.parse("15m"),
        Span.parse("1d"));
  }

  private static void fails(FailureType type, ThrowingCallable call) {
    assertThatExceptionOfType(GateException.class)
        .isThrownBy(call)
        .satisfies(failure -> assertThat(failure.type()).isEqualTo(type));
  }
}
