package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.port.SecretText;
import io.countersign.policy.GateFunction;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.worker.engine.DemoWorkload;
import io.countersign.worker.engine.ExampleSystem;
import io.countersign.worker.gate.CanarySearch.Sighting;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * No secret is left anywhere (I6): a release lives and is rolled back while everything fails that
 * could make somebody quote a secret, then all that was written is searched for all of them.
 */
class SecretsStayOutIT {
  private static final String WRONG_PASSWORD = "28P01";

  private final Life life = new Life();
  private final Gatehouse house = life.house;
  private final CanarySearch secrets = new CanarySearch();
  private final CanarySearch told = new CanarySearch();
  private final List<Sighting> leaks = new ArrayList<>();
  private final List<String> placesThatTell = new ArrayList<>();

  @Test
  void noSecretIsInHistoriesLogsRecordOrFilesAfterALifeFullOfFailures() throws Exception {
    String reason = "told to everybody " + canary();
    told.plant("reason", reason);
    String value = secret("value of the workload's secret");
    house.vault("PUT", "kv/data/fraud/scoring", Map.of("data", Map.of("value", value)));
    Path work = Files.createDirectories(house.home.resolve("canaries"));
    Path log = work.resolve("worker.log");
    house.stopWorker();
    try (VaultWire wire = VaultWire.before(house.engines.vault().address())) {
      Path password = privately(work.resolve("database"), databasePassword());
      Path token = privately(work.resolve("grant"), read("vault-grant.token"));
      Path settings =
          house.settings(
              "canaries",
              Map.of(
                  "countersign.vault.address", wire.address().toString(),
                  "countersign.vault.grant.token-file", token.toString(),
                  "countersign.postgres.password-file", password.toString(),
                  "countersign.notify.webhook",
                      "https://127.0.0.1:9/hooks/" + secret("path of the webhook")));
      try (WorkerProcess worker = WorkerProcess.serve(settings, log)) {
        ReleaseId id = live(settings, log, reason, wire, password, worker);
        DemoWorkload workload = house.example.workload(wire.address());
        SecretText held = workload.login(ExampleSystem.SYSTEM, id.version()).orElseThrow();
        assertThat(workload.read(held, "kv/data/fraud/scoring")).isEqualTo(200);
        assertThat(life.rogue().schedule("Grant", List.of("no request")).failure()).isNotEmpty();
        rollBack(id, wire, token);
        assertThat(workload.alive(held)).isFalse();
        Path evidence = evidence(settings, work, id);
        search(id, log);
        in(secrets.inTree(evidence), told.inTree(evidence));
      }
      assertThat(wire.secrets()).as("tokens and JWTs that passed").hasSizeGreaterThan(4);
    } finally {
      house.startWorker();
    }
    assertThat(leaks).isEmpty();
    assertThat(String.join("\n", placesThatTell))
        .as("the same search finds what is no secret")
        .contains("temporal.db", "history", "countersign.entry", "canaries/worker.log")
        .contains("bundle.jsonl", "report.html", "report.md");
  }

  /** Leads a release to LIVE past a wrong password, a chattering Vault and a broken key. */
  private ReleaseId live(
      Path settings, Path log, String reason, VaultWire wire, Path password, WorkerProcess worker)
      throws Exception {
    ReleaseId id = house.start("2026.11.1", "canary-1");
    told.plant("release", id.toString());
    house.await(id, GateState.AWAITING_SIGN_OFF);
    DemoWorkload workload = house.example.workload(wire.address());
    Gatehouse.await(() -> workload.login(ExampleSystem.SYSTEM, "probe"), Optional::isPresent);

    Path broken =
        privately(log.resolveSibling("broken.key"), pem(secret("key that cannot be read")));
    assertThat(signOff(settings, log, id, reason, broken)).isEqualTo(2);
    assertThat(signOff(settings, log, id, reason, house.example.keyOf("mara@example.com")))
        .isZero();
    Gatehouse.await(() -> house.view(id), seen -> seen.said().size() == 1);

    Files.writeString(password, secret("wrong password of the database"));
    disconnect();
    house.approve(id, "sina@example.com", GateFunction.SECURITY);
    Gatehouse.await(worker::log, text -> text.contains("(" + WRONG_PASSWORD + ")"));
    Files.writeString(password, databasePassword());
    Gatehouse.await(() -> house.view(id), seen -> seen.said().size() == 2);

    VaultWire.Lie error =
        wire.lie(
            request -> !request.startsWith("GET") && request.endsWith("/role/" + id.version()),
            500,
            "{\"errors\":[\"1 error occurred: " + secret("Vault's error") + "\"]}");
    VaultWire.Lie page =
        wire.lie(
            request -> request.contains("/role?list=true"),
            200,
            "<html>" + secret("a page of somebody else") + "</html>");
    house.approve(id, "rita@example.com", GateFunction.RISK);
    Gatehouse.await(page::told, times -> times > 0);
    page.end();
    Gatehouse.await(error::told, times -> times > 0);
    error.end();
    house.await(id, GateState.LIVE);
    return id;
  }

  /** Rolls back past a denied token, another one that is denied too, and a sealed Vault. */
  private void rollBack(ReleaseId id, VaultWire wire, Path token) throws IOException {
    String good = Files.readString(token);
    Files.writeString(token, "s." + secret("token that is denied"));
    VaultWire.Lie denial =
        wire.lie(
            request -> request.startsWith("DELETE"),
            403,
            "{\"errors\":[\"denied to " + secret("Vault's denial") + "\"]}");
    life.order(id, OrderKind.ROLLBACK);
    Gatehouse.await(denial::told, times -> times > 1);
    house.engines.vault().seal();
    denial.end();
    Files.writeString(token, good);
    Gatehouse.await(() -> house.view(id).state(), GateState.REVOKING::equals);
    house.engines.vault().unseal();
    house.await(id, GateState.ROLLED_BACK);
    wire.secrets().forEach(passed -> plant("token or JWT on the wire", passed));
  }

  /** What an auditor takes away. */
  private Path evidence(Path settings, Path work, ReleaseId id) throws IOException {
    Path directory = Files.createDirectories(work.resolve("evidence"));
    Path log = work.resolve("auditor.log");
    String bundle = directory.resolve("bundle.jsonl").toString();
    String key = "--key=" + house.example.keyOf("aude@example.com");
    for (String[] command :
        new String[][] {
          {"export", id.toString(), key, "--as=aude@example.com", "-o", bundle},
          {"report", bundle, "-o", directory.resolve("report.html").toString()},
          {"report", bundle, "--markdown", "-o", directory.resolve("report.md").toString()}
        }) {
      List<String> whole = new ArrayList<>(List.of("evidence"));
      whole.addAll(List.of(command));
      assertThat(WorkerProcess.run(settings, log, whole.toArray(String[]::new)))
          .as(command[0])
          .isZero();
    }
    return directory;
  }

  private void search(ReleaseId id, Path log) throws Exception {
    plantKeys();
    Path engines = house.home.resolve("engines");
    in(secrets.inTree(engines.resolve("temporal")), told.inTree(engines.resolve("temporal")));
    Path data = engines.resolve("postgres/data");
    in(secrets.inTree(data), told.inTree(data));
    Path vaultLog = engines.resolve("vault/server.log");
    in(secrets.in("vault's log", Files.readAllBytes(vaultLog)), List.of());
    String history = house.client.fetchHistory(id.workflowId()).toJson(true);
    in(secrets.in("history", history), told.in("history", history));
    byte[] written = Files.readAllBytes(log);
    assertThat(Files.readString(log)).contains(" DEBUG ", "VAULT_DENIED", "VAULT_UNAVAILABLE");
    in(secrets.in(log.toString(), written), told.in(log.toString(), written));
    try (Connection record = house.record()) {
      List<String> tables = new ArrayList<>();
      try (ResultSet found =
          record.getMetaData().getTables(null, null, "%", new String[] {"TABLE"})) {
        while (found.next()) {
          tables.add(found.getString("TABLE_SCHEM") + "." + found.getString("TABLE_NAME"));
        }
      }
      assertThat(tables).contains("countersign.entry", "countersign.access_grant");
      for (String table : tables) {
        searchRows(record, table);
      }
    }
  }

  private void searchRows(Connection record, String table) throws SQLException {
    try (Statement query = record.createStatement();
        ResultSet rows = query.executeQuery("SELECT * FROM " + table)) {
      while (rows.next()) {
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          byte[] cell =
              rows.getMetaData().getColumnTypeName(i).equals("bytea")
                  ? rows.getBytes(i)
                  : bytes(rows.getString(i));
          if (cell != null) {
            String place = table + "." + rows.getMetaData().getColumnName(i);
            in(secrets.in(place, cell), told.in(place, cell));
          }
        }
      }
    }
  }

  private void in(List<Sighting> secret, List<Sighting> public_) {
    leaks.addAll(secret);
    public_.forEach(sighting -> placesThatTell.add(sighting.toString()));
  }

  /** The keys of people, of the platform and of the gate: the numbers that nobody may know. */
  private void plantKeys() throws IOException, GeneralSecurityException {
    for (String name : List.of("pia", "mara", "sven", "sina", "rita", "otto", "prod-cluster")) {
      byte[] key = pkcs8(house.example.directory().resolve("keys/" + name + ".key"));
      // RFC 8410: an Ed25519 key of this form ends with its seed.
      secrets.plant("key of " + name, key.length == 48 ? last(key) : scalar(key));
    }
    house.vault("POST", "transit/keys/countersign-gate/config", Map.of("exportable", true));
    JsonNode gate = house.vault("GET", "transit/export/signing-key/countersign-gate", null);
    for (JsonNode version : gate.path("data").path("keys")) {
      byte[] key = Base64.getDecoder().decode(version.asText());
      assertThat(key).as("seed and public key").hasSize(64);
      secrets.plant("key of the gate", Arrays.copyOf(key, 32));
    }
    secrets.plant("token of Vault's root", house.engines.vault().rootToken().reveal());
    secrets.plant("password of the database", databasePassword());
    secrets.plant("token of the watch", read("vault-watch.token"));
    secrets.plant("token of the grant", read("vault-grant.token"));
  }

  private void plant(String name, String passed) {
    // Header and claims of a JWT are no secret; its signature makes it one.
    secrets.plant(name, passed.substring(passed.lastIndexOf('.') + 1));
  }

  private int signOff(Path settings, Path log, ReleaseId id, String reason, Path key) {
    return WorkerProcess.run(
        settings,
        log,
        "sign-off",
        id.toString(),
        "--function=mlops",
        "--approve",
        "--reason=" + reason,
        "--key=" + key,
        "--debug");
  }

  /** Ends every connection of the worker, so that it has to log in again. */
  private void disconnect() throws SQLException {
    try (Connection record = house.record();
        Statement statement = record.createStatement()) {
      statement.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE application_name = 'countersign'");
    }
  }

  private String secret(String name) {
    String value = canary();
    secrets.plant(name, value);
    return value;
  }

  private String databasePassword() {
    return house.engines.postgres().password().reveal();
  }

  private String read(String file) throws IOException {
    return Files.readString(house.home.resolve(file)).strip();
  }

  private static Path privately(Path file, String text) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, text);
  }

  private static String canary() {
    byte[] bytes = new byte[24];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static String pem(String body) {
    return "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n";
  }

  private static byte[] pkcs8(Path file) throws IOException {
    return Base64.getMimeDecoder()
        .decode(Files.readString(file).replaceAll("-----[A-Z ]+-----", ""));
  }

  private static byte[] last(byte[] key) {
    return Arrays.copyOfRange(key, key.length - 32, key.length);
  }

  private static byte[] scalar(byte[] key) throws GeneralSecurityException {
    BigInteger secret =
        ((ECPrivateKey) KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key)))
            .getS();
    byte[] bytes = secret.toByteArray();
    return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }

  private static byte @Nullable [] bytes(@Nullable String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }
}
