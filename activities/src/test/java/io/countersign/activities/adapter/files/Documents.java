package io.countersign.activities.adapter.files;

import io.countersign.release.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Valid documents to break, one line at a time. */
final class Documents {
  static final String DIGEST = "sha256:" + "ab".repeat(32);

  static final String RELEASE =
      """
      apiVersion: countersign.io/v1
      kind: Release
      metadata: {system: fraud-scorer, version: 1.10, environment: production, owner: no}
      subjects:
        model: {uri: model/, digest: "DIGEST"}
        dataset: {uri: data/train.csv, digest: "DIGEST"}
        prompts: {uri: prompts/, digest: "DIGEST"}
        policy: {uri: policy/, digest: "DIGEST"}
      workload:
        identity: spiffe://prod.example.com/fraud-scorer
        image: registry.example.com/fraud@DIGEST
        issuer: prod-cluster
      access:
        policies: [fraud-read]
        tools: [{name: refund.lookup, permissions: [read]}]
        tokenTtl: 15m
        validity: 30d
      dependencies:
        - {name: payments-api, kind: external-api, owner: payments, reviewedUntil: 2027-03-31}
      profile:
        exposure: customer-facing
        autonomy: agentic
        dataClasses: [pii]
        intendedUse: >-
          Scores cases for possible fraud and explains
          each score to an analyst.
        impact: A wrong score delays a payment.
      evidence: {metrics: reports/metrics.json, scans: [reports/scan.sarif]}
      rollback: {to: "1.9"}
      """
          .replace("DIGEST", DIGEST);

  static final String GATE =
      """
      apiVersion: countersign.io/v1
      kind: GatePolicy
      sources: {files: ["."], maxBytes: 16777216}
      issuers:
        prod-cluster: {issuer: "https://k8s.example.com", algorithms: [ES256], publicKeys: [k.pem]}
      systems:
        - name: fraud-scorer
          environment: production
          issuer: prod-cluster
          subject: spiffe://prod.example.com/fraud-scorer
          audience: countersign
          policySets: [[fraud-read]]
          tokenTtl: 1h
          validity: 30d
      acceptableUse: {prohibited: [social scoring], dataClasses: {pii: [customer-facing]}}
      lifecycle: {cutoverGrace: 10m, standby: 7d, suspension: 72h, identityProof: 24h, drift: 5m, sweep: 5m, sweepLimit: 5}
      tiers:
        - name: standard
          when: [{always: true}]
          checks:
            - check: mlops.model-quality
              waivable: true
              with: {metrics: {auc: {min: 0.90, maxDrop: 1e-2}}, strict: true, label: no}
          requirements: [{function: mlops, quorum: 1}]
          signOffs: {deadline: 72h, reminders: [24h], maxAge: 14d}
          caps: {tokenTtl: 1h, validity: 30d}
      """;

  static final String APPROVERS =
      """
      apiVersion: countersign.io/v1
      kind: Approvers
      people:
        - id: mara@example.com
          functions: [mlops]
          orders: [recheck]
          keys:
            - publicKey: |
                -----BEGIN PUBLIC KEY-----
                MCowBQYDK2VwAyEAdHAMWx3PjB/qVQSfgy/YjW7+qZzALTBrMGFCn7d5MHs=
                -----END PUBLIC KEY-----
              notBefore: 2026-11-01T00:00:00Z
        - id: pia@example.com
          submit: true
          keys:
            - publicKey: ssh-ed25519 AAAA
      """;

  static final DocumentReader READER =
      new DocumentReader(
          key -> {
            if (key.contains("BROKEN")) {
              throw new IllegalArgumentException("key: allowed is Ed25519");
            }
            return Digest.of(bytes(key)).hex();
          });

  private Documents() {}

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static List<DocumentProblem> problems(Runnable reading) {
    try {
      reading.run();
    } catch (InvalidDocumentException e) {
      return e.problems();
    }
    throw new AssertionError("nothing was refused");
  }

  static List<DocumentProblem> release(String text) {
    return problems(() -> READER.release("release.yaml", bytes(text)));
  }

  static List<DocumentProblem> release(byte[] bytes) {
    return problems(() -> READER.release("release.yaml", bytes));
  }
}
