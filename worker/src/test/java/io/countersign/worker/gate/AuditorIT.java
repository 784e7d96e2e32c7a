package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.adapter.postgres.PostgresDatabase;
import io.countersign.activities.adapter.postgres.PostgresReleaseRecord;
import io.countersign.activities.adapter.signing.DsseEnvelope;
import io.countersign.activities.adapter.signing.KeyFiles;
import io.countersign.activities.adapter.signing.Keys;
import io.countersign.activities.audit.Audit;
import io.countersign.activities.audit.BundleVerifier;
import io.countersign.activities.audit.BundleVerifier.Options;
import io.countersign.activities.audit.Flaw;
import io.countersign.activities.audit.StoreAudit;
import io.countersign.activities.engine.EngineBinaries;
import io.countersign.activities.port.EvidenceLines;
import io.countersign.policy.Approvers;
import io.countersign.policy.Trust;
import io.countersign.release.ReleaseId;
import io.countersign.worker.config.Auditing;
import io.countersign.worker.config.GateAssembly;
import io.countersign.worker.remote.RemoteRecord;
import io.countersign.worker.remote.Requester;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The evidence of a real gate in the hands of an auditor: with our own verifier, and with tools
 * that others wrote (I11).
 */
class AuditorIT {
  private static @Nullable ReleaseId audited;
  private static byte[] bundle = new byte[0];

  @TempDir private Path directory;
  private final Life life = new Life();

  /** One release for all tests here: it lived, was retired, and its last seal was stamped. */
  private synchronized ReleaseId release() {
    ReleaseId known = audited;
    if (known == null) {
      ReleaseId id = life.live("audited-1");
      life.retire(id);
      bundle = Gatehouse.await(() -> export(id), one -> atRest(one));
      audited = id;
      return id;
    }
    return known;
  }

  private byte[] export(ReleaseId id) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      record().copy("/v1/releases/" + id + "/evidence", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private boolean atRest(byte[] exported) {
    Audit audit = verify(exported, new Options(false, null));
    boolean stamped = life.house.engines.timeStamps().isPresent();
    return audit.end() != null
        && (!stamped
            || audit.notProved().stream()
                .noneMatch(line -> line.contains("anchored") || line.contains("stamped")));
  }

  @Test
  void itVerifiesByATrustFileAloneAndIsAnchored() {
    ReleaseId id = release();
    Audit audit = verify(bundle, new Options(false, null));
    assertThat(audit.findings()).isEmpty();
    assertThat(audit.release()).isEqualTo(id);
    assertThat(audit.end()).isEqualTo("RETIRED");
    assertThat(audit.proved()).anyMatch(line -> line.startsWith("Two policy owners"));
    if (life.house.engines.timeStamps().isPresent()) {
      assertThat(audit.anchoredEntry()).isEqualTo(audit.entries());
    }
  }

  @Test
  void theStoreItCameFromVerifies() {
    ReleaseId id = release();
    try (PostgresDatabase database = new PostgresDatabase(life.house.settings.postgres())) {
      StoreAudit.Report report =
          StoreAudit.audit(
              new PostgresReleaseRecord(database), Auditing.tools(trust(), Clock.systemUTC()));
      assertThat(report.findings())
          .filteredOn(one -> one.release() == null || id.equals(one.release()))
          // Other tests run decision nodes whose keys these rules do not name.
          .filteredOn(one -> one.finding().flaw() != Flaw.UNKNOWN_KEY || !ofABatch(one))
          .isEmpty();
      assertThat(report.entries()).isPositive();
    }
  }

  private static boolean ofABatch(StoreAudit.ReleaseFinding one) {
    return one.finding().detail().startsWith("batch ");
  }

  @Test
  void theCommandSaysWhatItFoundInTheWholeStore() throws IOException {
    release();
    Path log = directory.resolve("audit.log");
    Path trust = directory.resolve("trust.yaml");
    Path settings = life.house.home.resolve("countersign.properties");
    String key = "--key=" + life.house.example.keyOf("aude@example.com");
    assertThat(
            WorkerProcess.run(
                settings,
                log,
                "evidence",
                "trust",
                key,
                "--as=aude@example.com",
                "-o",
                trust.toString()))
        .isZero();
    // Other tests attack the same store: whether all of it verifies is theirs.
    assertThat(WorkerProcess.run(settings, log, "evidence", "audit", "--keys=" + trust)).isIn(0, 8);
    assertThat(Files.readString(log))
        .containsPattern("[0-9]+ releases, [0-9]+ entries, [0-9]+ seals");
    Files.writeString(
        trust, Files.readString(trust).replaceAll("(?s)gateKeys:.*?timeStamp", "timeStamp"));
    assertThat(WorkerProcess.run(settings, log, "evidence", "audit", "--keys=" + trust))
        .isEqualTo(2);
  }

  @Test
  void everyLineVerifiesWithThePackagesOfInTotoAndSecureSystemsLab() throws IOException {
    Path python = python();
    release();
    Path lines = Files.write(directory.resolve("release.jsonl"), bundle);
    Path keys = Files.writeString(directory.resolve("keys.json"), keys().toString());
    Path script = directory.resolve("verify_bundle.py");
    try (var in = AuditorIT.class.getResourceAsStream("verify_bundle.py")) {
      Files.write(script, Objects.requireNonNull(in).readAllBytes());
    }
    String said = run(python.toString(), script.toString(), lines.toString(), keys.toString());
    assertThat(said)
        .contains(checks() + " https://countersign.io/check-result/v1")
        .contains("3 https://countersign.io/sign-off/v1")
        .contains("1 https://countersign.io/submission/v1")
        .contains("1 https://slsa.dev/verification_summary/v1");
  }

  private int checks() {
    return life.house.example.policy().tiers().stream()
        .filter(tier -> tier.name().equals("strong"))
        .findFirst()
        .orElseThrow()
        .checks()
        .size();
  }

  @Test
  void theTransitKeyVerifiesALineWithOpenSsl() throws IOException {
    release();
    String line = new String(bundle, StandardCharsets.UTF_8).lines().findFirst().orElseThrow();
    DsseEnvelope envelope =
        DsseEnvelope.parse(line.getBytes(StandardCharsets.UTF_8), EvidenceLines.LIMIT);
    Trust.GateKey gate =
        trust().gateKeys().stream()
            .filter(key -> key.id().equals(envelope.signatures().get(0).keyid()))
            .findFirst()
            .orElseThrow();
    Path key = Files.writeString(directory.resolve("gate.pem"), gate.publicKey());
    Path signed = Files.write(directory.resolve("pae"), envelope.pae());
    Path sig = Files.write(directory.resolve("sig"), envelope.signatures().get(0).sig());
    String said =
        run(
            "openssl",
            "pkeyutl",
            "-verify",
            "-pubin",
            "-inkey",
            key.toString(),
            "-rawin",
            "-in",
            signed.toString(),
            "-sigfile",
            sig.toString());
    assertThat(said).contains("Signature Verified Successfully");
  }

  private Audit verify(byte[] exported, Options options) {
    try {
      return BundleVerifier.verify(
          new ByteArrayInputStream(exported), Auditing.tools(trust(), Clock.systemUTC()), options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RemoteRecord record() {
    String auditor = "aude@example.com";
    return new RemoteRecord(
        life.house.settings.apiUrl().orElseThrow(),
        new Requester(
            auditor,
            KeyFiles.readPrivate(life.house.example.keyOf(auditor), Keys.Passphrase::unavailable),
            Clock.systemUTC()));
  }

  /** In a test the gate's own word will do: it is what the owners would confirm. */
  private Trust trust() {
    byte[] yaml = record().trust().toString().getBytes(StandardCharsets.UTF_8);
    return GateAssembly.reader().trust("trust.yaml", yaml);
  }

  /** Public keys of the gate and of the people of the bundle, raw and in hex, by id. */
  private ObjectNode keys() {
    ObjectNode keys = JsonNodeFactory.instance.objectNode();
    trust().gateKeys().forEach(key -> keys.put(key.id(), raw(key.publicKey())));
    new String(bundle, StandardCharsets.UTF_8)
        .lines()
        .map(AuditorIT::statement)
        .filter(one -> one.at("/subject/0/name").asText().equals("approvers.yaml"))
        .map(one -> Base64.getDecoder().decode(one.at("/predicate/content").asText()))
        .map(content -> GateAssembly.reader().approvers(content))
        .map(Approvers::people)
        .flatMap(List::stream)
        .flatMap(person -> person.keys().stream())
        .forEach(key -> keys.put(key.keyId(), raw(key.publicKey())));
    return keys;
  }

  /** The last 32 bytes of an Ed25519 SubjectPublicKeyInfo are the point (RFC 8410). */
  private static String raw(String publicKey) {
    byte[] encoded = Keys.publicKey(publicKey).encoded();
    return HexFormat.of()
        .formatHex(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
  }

  private static JsonNode statement(String line) {
    DsseEnvelope envelope =
        DsseEnvelope.parse(line.getBytes(StandardCharsets.UTF_8), EvidenceLines.LIMIT);
    return Gatehouse.json(new String(envelope.payload(), StandardCharsets.UTF_8));
  }

  private static Path python() {
    String cache = System.getenv().getOrDefault("COUNTERSIGN_CACHE", "");
    Path home = Gatehouse.exampleDirectory().toAbsolutePath().getParent().getParent();
    Path python =
        (cache.isEmpty() ? home.resolve(".cache") : Path.of(cache))
            .resolve("verifiers/venv/bin/python");
    boolean required = EngineBinaries.ofThisProcess().required();
    Assumptions.assumeTrue(
        required || Files.isExecutable(python), "no verifiers: run engines/verifiers");
    assertThat(python).as("engines/verifiers brings it").isExecutable();
    return python;
  }

  private static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }
}
