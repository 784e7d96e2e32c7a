package io.countersign.activities.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.activities.adapter.files.DocumentReader;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectDigest;
import io.countersign.activities.port.SubjectSource;
import io.countersign.check.CheckResult;
import io.countersign.check.Finding;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.IdentityBinding;
import io.countersign.grant.IdentityBinding.SlotIdentity;
import io.countersign.grant.SystemRef;
import io.countersign.policy.GatePolicy;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A release that passes every check, to break in one place. */
final class Contexts {
  static final String BODY = "path \"kv/data/fraud/scoring\" { capabilities = [\"read\"] }";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DocumentReader READER = new DocumentReader(key -> key);

  String release =
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

  String gate =
      """
      apiVersion: countersign.io/v1
      kind: GatePolicy
      sources: {files: ["."]}
      issuers:
        prod-cluster: {issuer: "https://k8s.example.com", algorithms: [ES256], publicKeys: [k.pem]}
      systems:
        - {name: fraud-scorer, environment: production, issuer: prod-cluster, subject: "spiffe://prod/fraud",
           audience: countersign, policySets: [[fraud-read]], tokenTtl: 1h, validity: 30d}
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

  String metrics =
      """
      {"model": {"digest": "MODEL"}, "dataset": {"digest": "DATASET"}, "sampleSize": 250,
       "metrics": {"auc": 0.93, "latency": 40}, "trainedBy": ["dana@example.com"]}
      """;

  String with = "{}";
  @Nullable String refused;
  String body = BODY;
  @Nullable String predecessor;
  String predecessorBody = BODY;
  @Nullable SortedMap<String, String> measured;
  Digest keys = Digest.of(new byte[0]);
  SlotIdentity slotA = slot("https://k8s.example.com", List.of("ES256"), "keys", false);
  SlotIdentity slotB = slotA;
  final Map<String, String> files =
      new TreeMap<>(
          Map.of("model", "weights", "data", "rows", "prompts", "say", "policy", "permit"));

  static SlotIdentity slot(String issuer, List<String> algorithms, String source, boolean plain) {
    return new SlotIdentity(issuer, algorithms, source, Digest.of(new byte[0]), plain);
  }

  /** The right digests in place of their names. */
  static String locked(String text) {
    return text.replace("MODEL", digest("weights"))
        .replace("DATASET", digest("rows"))
        .replace("PROMPTS", digest("say"))
        .replace("POLICY", digest("permit"));
  }

  static String digest(String content) {
    return Digest.of(content.getBytes(StandardCharsets.UTF_8)).toString();
  }

  CheckResult run(Check check) {
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
            () -> new IdentityBinding(new SystemRef("production", "fraud-scorer"), slotA, slotB),
            () -> keys,
            Progress.unwatched()));
  }

  List<String> findings(Check check) {
    return run(check).findings().stream().map(Finding::id).toList();
  }

  private static Manifest manifest(String text) {
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

  private SubjectSource source() {
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
        String content = files.get(uri);
        if (content == null) {
          throw new GateException(FailureType.SOURCE_UNAVAILABLE, uri);
        }
        progress.at(uri, content.length());
        return content.getBytes(StandardCharsets.UTF_8);
      }
    };
  }
}
