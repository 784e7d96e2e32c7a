package io.countersign.activities.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.activities.adapter.files.DocumentReader;
import io.countersign.activities.adapter.memory.UnsafeInMemoryKeyValue;
import io.countersign.activities.adapter.memory.UnsafeNoScanner;
import io.countersign.activities.port.AuditDevices;
import io.countersign.activities.port.AuditDevices.Device;
import io.countersign.activities.port.KeyValueSecrets;
import io.countersign.activities.port.Lookouts;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.Reachability;
import io.countersign.activities.port.Reachability.Reach;
import io.countersign.activities.port.SecretScanner;
import io.countersign.activities.port.SubjectDigest;
import io.countersign.activities.port.SubjectFile;
import io.countersign.activities.port.SubjectListing;
import io.countersign.activities.port.SubjectReader;
import io.countersign.activities.port.SubjectSource;
import io.countersign.activities.release.Standing;
import io.countersign.check.CheckResult;
import io.countersign.check.Finding;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.IdentityBinding;
import io.countersign.grant.IdentityBinding.SlotIdentity;
import io.countersign.grant.SystemRef;
import io.countersign.policy.GatePolicy;
import io.countersign.release.Change;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A release that passes every check, to break in one place. */
public final class Contexts {
  public static final String BODY = "path \"kv/data/fraud/scoring\" { capabilities = [\"read\"] }";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DocumentReader READER = new DocumentReader(key -> key);

  public String release =
      """
      apiVersion: countersign.io/v1
      kind: Release
      metadata: {system: fraud-scorer, version: "2", environment: production, owner: fraud@example.com}
      subjects:
        model: {uri: model, digest: "MODEL"}
        dataset: {uri: data, digest: "DATASET"}
        prompts: {uri: prompts, digest: "PROMPTS"}
        policy: {uri: policy, digest: "POLICY"}
      workload:
        identity: spiffe://prod/fraud
        image: registry.example.com/fraud@sha256:IMAGE
        issuer: prod-cluster
      access: {policies: [fraud-read], tools: [{name: lookup, permissions: [read]}], tokenTtl: 15m, validity: 14d}
      dependencies: [{name: payments, kind: api, owner: pay, dataClasses: [pii]}]
      profile:
        exposure: customer-facing
        autonomy: agentic
        dataClasses: [pii]
        intendedUse: Scores cases of possible fraud for an analyst.
        impact: A wrong score delays a payment.
      evidence: {metrics: metrics.json}
      """
          .replace("IMAGE", "ab".repeat(32));

  public String gate =
      """
      apiVersion: countersign.io/v1
      kind: GatePolicy
      sources: {files: ["."]}
      issuers:
        prod-cluster: {issuer: "https://k8s.example.com", algorithms: [ES256], publicKeys: [k.pem]}
      systems:
        - {name: fraud-scorer, environment: production, issuer: prod-cluster, subject: "spiffe://prod/fraud",
           audience: countersign, policySets: [[fraud-read]], tokenTtl: 1h, validity: 30d,
           staticSecrets: [{mount: kv, version: 2, paths: [fraud/*]}]}
      acceptableUse: {prohibited: [social scoring, emotion recognition], dataClasses: {pii: [customer-facing]}}
      lifecycle: {cutoverGrace: 10m, standby: 7d, suspension: 72h, identityProof: 24h, drift: 5m, sweep: 5m, sweepLimit: 5}
      tiers:
        - name: standard
          when: [{always: true}]
          checks: [{check: mlops.model-quality}]
          requirements: [{function: mlops, quorum: 1}]
          signOffs: {deadline: 72h, maxAge: 14d}
          caps: {tokenTtl: 30m, validity: 30d}
      """;

  public String metrics =
      """
      {"model": {"digest": "MODEL"}, "dataset": {"digest": "DATASET"}, "sampleSize": 250,
       "metrics": {"auc": 0.93, "latency": 40}, "trainedBy": ["dana@example.com"]}
      """;

  public String with = "{}";
  public @Nullable String refused;
  public String body = BODY;
  public @Nullable String predecessor;
  public String predecessorBody = BODY;
  public @Nullable SortedMap<String, String> measured;

  /** The gate policy that is in force now; null for the one of the release. */
  public @Nullable String inForce;

  public List<LiveNeighbour> neighbours = List.of();
  public Instant now = Instant.parse("2026-11-01T12:00:00Z");

  /** How other versions stand. */
  public final Map<String, OtherRelease> others =
      new TreeMap<>(
          Map.of(
              "1", new OtherRelease(true, Standing.CLEAR, Instant.parse("2026-10-31T12:00:00Z"))));

  public List<Change> changes = List.of(Change.FIRST_RELEASE);
  public @Nullable List<CheckResult> results = List.of();
  Digest keys = Digest.of(new byte[0]);
  SlotIdentity slotA = slot("https://k8s.example.com", List.of("ES256"), "keys", false);
  SlotIdentity slotB = slotA;
  @Nullable Instant predecessorLiveAt;
  SecretScanner scanner = new UnsafeNoScanner("hunter2");
  AuditDevices auditDevices = () -> List.of(new Device("file", "file", false, false, false));
  Reachability reachability = sink -> Reach.REACHED;
  KeyValueSecrets keyValue =
      new UnsafeInMemoryKeyValue()
          .secret("kv", "fraud/scoring", Instant.parse("2026-10-20T12:00:00Z"));

  /** Where the files are; null for {@link #files}. */
  public @Nullable SubjectSource source;

  public final Map<String, String> files =
      new TreeMap<>(
          Map.of("model", "weights", "data", "rows", "prompts", "say", "policy", "permit"));

  /** Files that are not text. */
  final Map<String, byte[]> raw = new TreeMap<>();

  static SlotIdentity slot(String issuer, List<String> algorithms, String source, boolean plain) {
    return new SlotIdentity(issuer, algorithms, source, Digest.of(new byte[0]), plain);
  }

  /** For checks that do not look around. */
  static Lookouts nothingToSee() {
    return new Lookouts(
        new UnsafeInMemoryKeyValue(),
        new UnsafeNoScanner("hunter2"),
        List::of,
        sink -> Reach.BROKEN);
  }

  /** A directory of these files. */
  static SubjectListing listing(Map<String, byte[]> files) {
    return SubjectListing.of(
        files.entrySet().stream()
            .map(
                file ->
                    new SubjectFile(
                        file.getKey(), file.getValue().length, Digest.of(file.getValue())))
            .toList(),
        List.of());
  }

  /** The right digests in place of their names. */
  public static String locked(String text) {
    return text.replace("MODEL", digest("weights"))
        .replace("DATASET", digest("rows"))
        .replace("PROMPTS", digest("say"))
        .replace("POLICY", digest("permit"));
  }

  public static String digest(String content) {
    return Digest.of(content.getBytes(StandardCharsets.UTF_8)).toString();
  }

  public CheckResult run(Check check) {
    GatePolicy policy = READER.gatePolicy(gate.getBytes(StandardCharsets.UTF_8));
    files.putIfAbsent("metrics.json", locked(metrics));
    return check.result(
        new CheckContext(
            manifest(release),
            predecessor == null ? null : manifest(predecessor),
            policy.systems().get(0),
            policy,
            policy.tiers().get(0),
            settings(),
            source(),
            new TreeMap<>(Map.of("fraud-read", body)),
            new TreeMap<>(predecessor == null ? Map.of() : Map.of("fraud-read", predecessorBody)),
            measured,
            world(),
            Progress.unwatched()));
  }

  World world() {
    return new World() {
      @Override
      public Instant now() {
        return now;
      }

      @Override
      public GatePolicy rulesInForce() {
        return READER.gatePolicy(
            (inForce == null ? gate : inForce).getBytes(StandardCharsets.UTF_8));
      }

      @Override
      public IdentityBinding identity() {
        return new IdentityBinding(new SystemRef("production", "fraud-scorer"), slotA, slotB);
      }

      @Override
      public Digest issuerKeys() {
        return keys;
      }

      @Override
      public List<LiveNeighbour> liveNeighbours() {
        return neighbours;
      }

      @Override
      public List<Change> changes() {
        return changes;
      }

      @Override
      public Optional<OtherRelease> otherRelease(String version) {
        return Optional.ofNullable(others.get(version));
      }

      @Override
      public List<CheckResult> otherResults() {
        if (results == null) {
          throw new GateException(FailureType.CHECK_BROKEN, "a result is missing");
        }
        return results;
      }

      @Override
      public Optional<Instant> predecessorLiveAt() {
        return Optional.ofNullable(predecessorLiveAt);
      }

      @Override
      public Lookouts lookouts() {
        return new Lookouts(keyValue, scanner, auditDevices, reachability);
      }
    };
  }

  public List<String> findings(Check check) {
    return run(check).findings().stream().map(Finding::id).toList();
  }

  public static Manifest manifest(String text) {
    return READER.release("r.yaml", locked(text).getBytes(StandardCharsets.UTF_8)).manifest();
  }

  private Map<String, JsonNode> settings() {
    try {
      Map<String, JsonNode> settings = new TreeMap<>();
      JSON.readTree(with).properties().forEach(e -> settings.put(e.getKey(), e.getValue()));
      return settings;
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private byte @Nullable [] bytes(String uri) {
    byte[] content = raw.get(uri);
    String text = files.get(uri);
    return content == null && text != null ? text.getBytes(StandardCharsets.UTF_8) : content;
  }

  private SubjectSource source() {
    SubjectSource real = source;
    return real != null ? real : texts();
  }

  private SubjectSource texts() {
    return new SubjectSource() {
      @Override
      public SubjectDigest digest(String uri, Progress progress) {
        byte[] bytes = document(uri, progress);
        return new SubjectDigest(Digest.of(bytes), bytes.length, 1);
      }

      @Override
      public byte[] document(String uri, Progress progress) {
        if (uri.equals(refused)) {
          throw new GateException(FailureType.SOURCE_REFUSED, uri);
        }
        byte[] content = bytes(uri);
        if (content == null) {
          throw new GateException(FailureType.SOURCE_UNAVAILABLE, uri);
        }
        progress.at(uri, content.length);
        return content;
      }

      @Override
      public SubjectListing read(
          String uri, Supplier<? extends SubjectReader> readers, Progress progress) {
        SubjectReader reader = readers.get();
        if (bytes(uri) != null) {
          return SubjectListing.of(file(uri, uri, reader, progress));
        }
        Set<String> names = new TreeSet<>(files.keySet());
        names.addAll(raw.keySet());
        List<SubjectFile> found =
            names.stream()
                .filter(name -> name.startsWith(uri + "/"))
                .map(name -> file(name, name.substring(uri.length() + 1), reader, progress))
                .toList();
        return SubjectListing.of(found, List.of());
      }

      private SubjectFile file(String uri, String path, SubjectReader reader, Progress progress) {
        byte[] content = document(uri, progress);
        try {
          reader.file(path, content.length, new ByteArrayInputStream(content));
        } catch (IOException e) {
          throw new AssertionError(e);
        }
        return new SubjectFile(path, content.length, Digest.of(content));
      }
    };
  }
}
