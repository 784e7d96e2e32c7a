package io.countersign.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.adapter.signing.DsseEnvelope;
import io.countersign.activities.adapter.signing.KeyFiles;
import io.countersign.activities.adapter.signing.Keys;
import io.countersign.activities.adapter.timestamp.TimeStampTokens;
import io.countersign.activities.audit.Audit;
import io.countersign.activities.audit.AuditTools;
import io.countersign.activities.audit.BundleVerifier;
import io.countersign.activity.GateJson;
import io.countersign.activity.Submission;
import io.countersign.policy.Trust;
import io.countersign.release.Digest;
import io.countersign.worker.config.Auditing;
import io.countersign.worker.config.GateAssembly;
import io.countersign.worker.remote.RemoteRecord;
import io.countersign.worker.remote.Requester;
import io.countersign.worker.serve.Serving;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The verification of a bundle against the signatures in it alone: those of its envelopes by
 * java.security, those of its time stamps by the library that the verifier uses. Every bundle is
 * verified once, because a process remembers which signatures it has found good.
 */
final class Verifying {
  private static final String SECTION = "verification";
  private static final String AUDITOR = "aude@example.com";
  private static final double MOST = 2;
  private static final int AT_A_TIME = 20;

  private final int bundles;

  Verifying(int bundles) {
    this.bundles = bundles;
  }

  /**
   * One signature, ready to be verified.
   *
   * @param message what is signed, or the digest of what is stamped
   */
  private record Bare(String algorithm, PublicKey key, byte[] message, byte[] signature) {}

  void measure(Path directory, Report report) throws IOException {
    report.title("Verification of a bundle: %d releases, LIVE".formatted(bundles));
    int systems = 2 * bundles;
    try (House house = House.open(directory, systems);
        RecordWatch record = new RecordWatch(house);
        Serving worker = Serving.start(house.settings);
        Riders riders = new Riders(house, AT_A_TIME)) {
      GateCourse gate = new GateCourse(house, record);
      List<Submission> submissions =
          house.fleet.systems().stream()
              .map(system -> house.voices.submission(house.fleet.manifest(system, "v1")))
              .toList();
      riders.ride(gate, submissions);
      record.awaitSealed();
      RemoteRecord remote =
          new RemoteRecord(
              house.settings.apiUrl().orElseThrow(),
              new Requester(
                  AUDITOR,
                  KeyFiles.readPrivate(
                      house.fleet.example().keyOf(AUDITOR), Keys.Passphrase::unavailable),
                  Clock.systemUTC()));
      JsonNode trustJson = remote.trust();
      Path trustFile =
          Files.writeString(
              directory.resolve("trust.yaml"), GateJson.mapper().writeValueAsString(trustJson));
      Trust trust = GateAssembly.reader().trust(trustFile);
      TimeStampTokens stamps = TimeStampTokens.of(String.join("\n", trust.timeStampAuthorities()));
      Map<String, PublicKey> keys = keys(house, trust);
      List<Double> whole = new ArrayList<>();
      List<Double> bare = new ArrayList<>();
      List<Double> ratios = new ArrayList<>();
      int signatures = 0;
      for (int i = 0; i < submissions.size(); i++) {
        byte[] bundle = export(remote, submissions.get(i));
        List<Bare> envelopes = new ArrayList<>();
        Map<byte[], Digest> tokens = new HashMap<>();
        split(bundle, keys, envelopes, tokens);
        AuditTools tools = Auditing.tools(trust, Clock.systemUTC());
        double alone = millis(() -> bare(envelopes, tokens, stamps));
        double all =
            millis(
                () -> {
                  Audit audit = verify(bundle, tools);
                  if (!audit.verified()) {
                    throw new IllegalStateException("does not verify: " + audit.findings());
                  }
                });
        // The first half warms the compiler up.
        if (i >= bundles) {
          whole.add(all);
          bare.add(alone);
          ratios.add(all / alone);
          signatures = envelopes.size() + tokens.size();
        }
      }
      gate.clear(Set.copyOf(submissions));
      report.say(signatures + " signatures in a bundle, time stamps among them");
      report.line(SECTION, "verification", "ms", new Sample(whole), 1);
      report.line(SECTION, "its signatures alone", "ms", new Sample(bare), 1);
      report.against(
          SECTION, "verification / signatures", new Sample(ratios).median(), "at most", MOST);
    }
  }

  private static Audit verify(byte[] bundle, AuditTools tools) {
    try {
      return BundleVerifier.verify(
          new ByteArrayInputStream(bundle), tools, new BundleVerifier.Options(true, null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] export(RemoteRecord remote, Submission submission) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    remote.copy("/v1/releases/" + submission.release() + "/evidence", out);
    return out.toByteArray();
  }

  /** Everybody's keys by the id that an envelope names. */
  private static Map<String, PublicKey> keys(House house, Trust trust) {
    Map<String, PublicKey> keys = new HashMap<>();
    trust.gateKeys().forEach(key -> keys.put(key.id(), publicKey(key.publicKey())));
    Path files = house.fleet.example().directory().resolve("keys");
    try (var all = Files.list(files)) {
      for (Path file : all.filter(f -> f.toString().endsWith(".key.pub")).toList()) {
        String pem = Files.readString(file);
        keys.put(Keys.publicKey(pem).keyId(), publicKey(pem));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return keys;
  }

  private static PublicKey publicKey(String pem) {
    byte[] der =
        Base64.getMimeDecoder()
            .decode(pem.replaceAll("-----(?:BEGIN|END) PUBLIC KEY-----", "").strip());
    // id-ecPublicKey (RFC 5480, section 2.1.1) stands behind the outer lengths.
    boolean p256 = HexFormat.of().formatHex(der).contains("06072a8648ce3d0201");
    try {
      KeyFactory keys = p256 ? KeyFactory.getInstance("EC") : KeyFactory.getInstance("Ed25519");
      return keys.generatePublic(new X509EncodedKeySpec(der));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void split(
      byte[] bundle, Map<String, PublicKey> keys, List<Bare> envelopes, Map<byte[], Digest> tokens)
      throws IOException {
    for (String line : new String(bundle, StandardCharsets.UTF_8).lines().toList()) {
      JsonNode envelope = GateJson.mapper().readTree(line);
      byte[] payload = Base64.getDecoder().decode(envelope.path("payload").asText());
      JsonNode signature = envelope.path("signatures").path(0);
      PublicKey key = Objects.requireNonNull(keys.get(signature.path("keyid").asText()));
      envelopes.add(
          new Bare(
              key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "Ed25519",
              key,
              DsseEnvelope.parse(line.getBytes(StandardCharsets.UTF_8), line.length() * 4).pae(),
              Base64.getDecoder().decode(signature.path("sig").asText())));
      JsonNode statement = GateJson.mapper().readTree(payload);
      if (statement.path("predicateType").asText().endsWith("/time-stamp/v1")) {
        tokens.put(
            Base64.getDecoder().decode(statement.at("/predicate/token").asText()),
            new Digest(statement.at("/subject/0/digest/sha256").asText()));
      }
    }
  }

  private static void bare(
      List<Bare> envelopes, Map<byte[], Digest> tokens, TimeStampTokens stamps) {
    try {
      for (Bare one : envelopes) {
        Signature verifier = Signature.getInstance(one.algorithm());
        verifier.initVerify(one.key());
        verifier.update(one.message());
        if (!verifier.verify(one.signature())) {
          throw new IllegalStateException("a signature does not verify");
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
    tokens.forEach((token, imprint) -> stamps.verify(token, imprint));
  }

  private static double millis(Runnable work) {
    long before = System.nanoTime();
    work.run();
    return (System.nanoTime() - before) / 1e6;
  }
}
