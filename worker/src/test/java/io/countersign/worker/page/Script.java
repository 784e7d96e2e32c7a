package io.countersign.worker.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.adapter.memory.UnsafeInMemoryReleaseRecord;
import io.countersign.activities.adapter.signing.ApproverKeys;
import io.countersign.activities.adapter.signing.DsseEnvelope;
import io.countersign.activities.adapter.signing.StatementReader;
import io.countersign.activities.adapter.signing.StatementWriter;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.release.Ledger;
import io.countersign.activities.report.ReleaseReport;
import io.countersign.activities.report.ReportMaker;
import io.countersign.activities.report.Verification;
import io.countersign.activities.signoff.CheckStatement;
import io.countersign.activities.signoff.OrderPredicate;
import io.countersign.activities.signoff.SignOffPredicate;
import io.countersign.activities.signoff.SubmissionPredicate;
import io.countersign.activity.GateJson;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.check.Evidence;
import io.countersign.check.Finding;
import io.countersign.failure.FailureType;
import io.countersign.policy.GateFunction;
import io.countersign.record.Entry;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.record.FrozenRelease;
import io.countersign.record.JsonDocument;
import io.countersign.record.NewEntry;
import io.countersign.record.StatementNonce;
import io.countersign.release.CanonicalJson;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import io.countersign.worker.config.GateAssembly;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes the record of one release entry by entry, with real statements and a clock of its own. */
final class Script {
  /** Whom Temporal had authenticated as the sender of what is signed from now on. */
  @Nullable String bearer;

  static final ReleaseId RELEASE = ReleaseId.parse("production/fraud-scorer/2026.11.2");
  static final List<String> EVERYBODY =
      List.of(
          "mara@example.com",
          "otto@example.com",
          "pia@example.com",
          "rita@example.com",
          "sina@example.com",
          "sven@example.com");

  final UnsafeInMemoryReleaseRecord record = new UnsafeInMemoryReleaseRecord();
  final People people = new People(EVERYBODY);
  final ReleaseId release;
  private final JsonNode manifest;
  private final Digest releaseDigest;
  private Instant now = Instant.parse("2026-11-23T08:00:00Z");
  private final Map<String, Digest> read = new TreeMap<>();
  private int nonces;

  Script() {
    this(json("manifest.json"));
  }

  Script(JsonNode manifest) {
    this.manifest = manifest;
    this.releaseDigest = CanonicalJson.digest(manifest);
    this.release = RELEASE;
  }

  static ObjectNode json(String resource) {
    try {
      return (ObjectNode) GateJson.mapper().readTree(bytes(resource));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(String resource) {
    try (var in = Objects.requireNonNull(Script.class.getResourceAsStream(resource))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Script after(Duration time) {
    now = now.plus(time);
    return this;
  }

  Instant now() {
    return now;
  }

  /** Submitted by pia and frozen into the tier that wider scope asks for. */
  Script submitted(String... changes) {
    byte[] gate = bytes("gate.yaml");
    byte[] approvers = people.approvers().getBytes(StandardCharsets.UTF_8);
    record.documents().putDocument(Digest.of(gate), gate);
    record.documents().putDocument(Digest.of(approvers), approvers);
    DsseEnvelope submission =
        sign(
            StatementWriter.submission(
                new SubmissionPredicate(
                    new SubmissionPredicate.Person("pia@example.com"),
                    release,
                    releaseDigest,
                    manifest,
                    now.minusSeconds(4),
                    now.plusSeconds(86_400),
                    nonce())),
            "pia@example.com");
    record
        .releases()
        .freeze(
            new FrozenRelease(
                release,
                releaseDigest,
                "pia@example.com",
                text(submission),
                Dossiers.document(manifest),
                Digest.of(gate),
                Digest.of(approvers),
                1,
                "elevated",
                new JsonDocument(
                    """
                    {"functions": [{"function": "mlops", "quorum": 1},
                      {"function": "security", "quorum": 2}, {"function": "risk", "quorum": 1}]}
                    """),
                release.withVersion("2026.11.1"),
                new JsonDocument("{\"policies\": {}}"),
                now));
    append(
        EntryKind.SUBMITTED,
        "gate",
        "submitted",
        body ->
            body.put("submitter", "pia@example.com")
                .put("statement", submission.statementDigest().toString())
                .put("releaseDigest", releaseDigest.toString()));
    append(
        EntryKind.RESOLVED,
        "gate",
        "resolved",
        body -> {
          body.put("tier", "elevated")
              .put("gateDigest", Digest.of(gate).toString())
              .put("approversDigest", Digest.of(approvers).toString())
              .put("predecessor", release.withVersion("2026.11.1").toString());
          List.of(changes).forEach(body.withArray("changes")::add);
        });
    return this;
  }

  Script check(String name, Map<String, String> measured, Finding... findings) {
    boolean failed = List.of(findings).stream().anyMatch(f -> f.severity().ordinal() > 2);
    return check(1, name, failed ? CheckOutcome.FAIL : CheckOutcome.PASS, measured, findings);
  }

  Script check(
      int round,
      String name,
      CheckOutcome outcome,
      Map<String, String> measured,
      Finding... findings) {
    byte[] read = ("what " + name + " read").getBytes(StandardCharsets.UTF_8);
    record.documents().putDocument(Digest.of(read), read);
    this.read.put(name, Digest.of(read));
    CheckResult result =
        new CheckResult(
            name,
            outcome,
            List.of(findings),
            new TreeMap<>(measured),
            List.of(),
            List.of(new Evidence("reports/2/" + name + ".json", Digest.of(read))));
    DsseEnvelope envelope =
        sign(
            StatementWriter.checkResult(
                new CheckStatement(
                    release, releaseDigest, round, result, "worker-1", now.minusSeconds(1), now)),
            "otto@example.com");
    return append(
        EntryKind.CHECK,
        "worker-1",
        EntryKey.check(round, name).text(),
        body ->
            body.put("outcome", outcome.toString()).set("envelope", Ledger.tree(text(envelope))));
  }

  Script reviewed(int round) {
    return append(
        EntryKind.REVIEW,
        "gate",
        "review/" + round,
        body -> body.put("round", round).put("reviewDigest", review().toString()));
  }

  private Digest review() {
    return Digest.of("review".getBytes(StandardCharsets.UTF_8));
  }

  Script signOff(String person, GateFunction function, SignOffDecision decision, String reason) {
    return signOff(person, person, function, decision, reason);
  }

  Script signOff(
      String person, String keyOf, GateFunction function, SignOffDecision decision, String reason) {
    String check = decision == SignOffDecision.WAIVE ? "mlops.model-quality" : null;
    DsseEnvelope envelope =
        sign(
            StatementWriter.signOff(
                new SignOffPredicate(
                    function,
                    decision,
                    check,
                    reason,
                    person,
                    release,
                    releaseDigest,
                    review(),
                    now.minusSeconds(2),
                    now.plusSeconds(86_400),
                    nonce())),
            keyOf);
    return append(
        EntryKind.SIGN_OFF,
        person,
        EntryKey.signOff(envelope.statementDigest()).text(),
        body -> {
          body.put("function", function.toString())
              .put("decision", decision.toString())
              .set("envelope", Ledger.tree(text(envelope)));
          if (bearer != null) {
            body.put("bearer", bearer);
          }
        });
  }

  Script refused(String person, FailureType type, String detail) {
    Digest message = Digest.of((person + type).getBytes(StandardCharsets.UTF_8));
    return append(
        EntryKind.REFUSAL,
        person,
        EntryKey.refusal(message, type).text(),
        body ->
            body.put("type", type.name())
                .put("statement", message.toString())
                .put("detail", detail));
  }

  Script ordered(String person, OrderKind kind, String reason) {
    DsseEnvelope envelope =
        sign(
            StatementWriter.order(
                new OrderPredicate(
                    kind,
                    reason,
                    person,
                    release,
                    releaseDigest,
                    now.minusSeconds(3),
                    now.plusSeconds(86_400),
                    nonce())),
            person);
    return append(
        EntryKind.ORDER,
        person,
        EntryKey.order(envelope.statementDigest()).text(),
        body ->
            body.put("order", kind.toString())
                .put("names", release.toString())
                .set("envelope", Ledger.tree(text(envelope))));
  }

  /** The gate decides on everything that was signed so far. */
  Script decided(String outcome, @Nullable String why) {
    return append(
        EntryKind.DECISION,
        "gate",
        "decision/" + outcome,
        body -> {
          body.put("outcome", outcome).put("round", 1).put("reviewDigest", review().toString());
          if (why != null) {
            body.put("why", why);
          }
          record
              .entries()
              .signOffs(release)
              .forEach(
                  entry ->
                      body.withArray("signOffs")
                          .add("sha256:" + entry.key().text().substring("sign-off/".length())));
        });
  }

  Script identityProved() {
    return append(
        EntryKind.IDENTITY_PROVED,
        "gate",
        "identity-proved",
        body ->
            body.put("subject", "spiffe://prod.example.com/fraud-scorer")
                .put("audience", "countersign/production/fraud-scorer"));
  }

  Script granted(String grantId, String slot) {
    return append(
        EntryKind.GRANT,
        "gate",
        "grant/" + grantId,
        body -> {
          body.put("grantId", grantId)
              .put("slot", slot)
              .put("expiresAt", now.plus(Duration.ofDays(14)).toString());
          ObjectNode spec = body.putObject("spec");
          spec.put("subject", "spiffe://prod.example.com/fraud-scorer")
              .put("audience", "countersign/production/fraud-scorer")
              .put("tokenTtl", "15m")
              .put("explicitMaxTtl", "14d");
          spec.putArray("policies").add("fraud-read").add("fraud-refund");
          body.putObject("proof")
              .putObject("policies")
              .put("fraud-read", Digest.of(new byte[] {1}).toString())
              .put("fraud-refund", Digest.of(new byte[] {2}).toString());
        });
  }

  Script revocation(String grantId, String next, String reason) {
    return append(
        EntryKind.REVOCATION,
        "gate",
        "revocation/" + grantId + "/" + next,
        body -> body.put("next", next).put("reason", reason));
  }

  Script proved(String grantId) {
    return append(
        EntryKind.REVOCATION_PROVED,
        "gate",
        "revocation-proved/" + grantId,
        body -> {
          body.put("grantId", grantId).put("reason", "ordered");
          ObjectNode proof = body.putObject("proof");
          proof
              .put("roleWasPresent", true)
              .put("leasesFound", 3)
              .put("rounds", 1)
              .put("firstEmptyAt", now.minusMillis(400).toString());
          proof.putArray("dynamicSecretsChecked");
          proof.putArray("readable").add("fraud-read");
        });
  }

  Script told(EntryKind kind, String state, String detail) {
    return append(
        kind,
        "gate",
        "told/" + kind + "/" + state,
        body -> body.put("state", state).put("detail", detail));
  }

  Script append(EntryKind kind, String actor, String key, Consumer<ObjectNode> fill) {
    ObjectNode body = GateJson.mapper().createObjectNode();
    fill.accept(body);
    NewEntry entry =
        new NewEntry(release, now, kind, actor, new EntryKey(key), Dossiers.document(body));
    if (kind.signedByPerson()) {
      record.entries().accept(entry, new StatementNonce(actor, nonce()));
    } else if (kind == EntryKind.STATE || kind == EntryKind.COMPLETE) {
      record.releases().tell(entry, body.path("state").asText());
    } else {
      record.entries().append(entry);
    }
    now = now.plusMillis(120);
    return this;
  }

  /** The record as a bundle whose gate statements nobody signed. */
  String bundle() {
    FrozenRelease frozen = record.releases().frozen(release).orElseThrow();
    StringBuilder lines = new StringBuilder();
    for (Digest rules : List.of(frozen.gateDigest(), frozen.approversDigest())) {
      String role = rules.equals(frozen.gateDigest()) ? "gate.yaml" : "approvers.yaml";
      lines.append(document(role, rules));
    }
    read.forEach((name, digest) -> lines.append(document("evidence/" + name, digest)));
    ObjectNode seal = GateJson.mapper().createObjectNode().put("release", release.toString());
    for (Entry entry : record.entries().entries(release)) {
      seal.withArray("entries")
          .addObject()
          .put("seq", entry.seq())
          .put("at", entry.at().toString())
          .put("kind", entry.kind().name())
          .put("actor", entry.actor())
          .put("key", entry.key().text())
          .put("previous", entry.previous().hex())
          .put("hash", entry.hash().hex())
          .set("body", Ledger.tree(entry.body().text()));
    }
    lines.append(line("record/v1", seal)).append(frozen.submission()).append('\n');
    ObjectNode told = GateJson.mapper().createObjectNode();
    told.put("release", release.toString())
        .put("releaseDigest", frozen.releaseDigest().toString())
        .put("submitter", frozen.submitter())
        .put("tier", frozen.tier())
        .put("predecessor", String.valueOf(frozen.predecessor()))
        .put("gateDigest", frozen.gateDigest().toString())
        .put("approversDigest", frozen.approversDigest().toString())
        .put("frozenAt", frozen.frozenAt().toString())
        .put("entry", 2);
    told.set("manifest", Ledger.tree(frozen.manifest().text()));
    told.set("requirements", Ledger.tree(frozen.requirements().text()));
    return lines.append(line("release/v1", told)).toString();
  }

  private String document(String role, Digest digest) {
    byte[] content = record.documents().document(digest).orElseThrow();
    return line(
        "document/v1",
        GateJson.mapper()
            .createObjectNode()
            .put("release", release.toString())
            .put("role", role)
            .put("mediaType", "application/octet-stream")
            .put("content", Base64.getEncoder().encodeToString(content)));
  }

  private static String line(String type, ObjectNode predicate) {
    ObjectNode statement = GateJson.mapper().createObjectNode();
    statement.put("predicateType", "https://countersign.io/" + type).set("predicate", predicate);
    byte[] bytes = statement.toString().getBytes(StandardCharsets.UTF_8);
    return text(DsseEnvelope.unsigned(bytes)) + "\n";
  }

  ReleaseReport report() {
    return report(Verification.notChecked());
  }

  ReleaseReport report(Verification verification) {
    return new ReportMaker(GateAssembly.reader(), new StatementReader(), new ApproverKeys())
        .report(record, release, verification);
  }

  /** The payload of an envelope that nobody signed. */
  static String payload(ObjectNode predicate) {
    ObjectNode statement = GateJson.mapper().createObjectNode();
    statement.set("predicate", predicate);
    return Base64.getEncoder()
        .encodeToString(statement.toString().getBytes(StandardCharsets.UTF_8));
  }

  private DsseEnvelope sign(byte[] statement, String person) {
    return DsseEnvelope.sign(statement, people.key(person));
  }

  private static String text(DsseEnvelope envelope) {
    return new String(envelope.write(), StandardCharsets.UTF_8);
  }

  private String nonce() {
    return String.format("%032x", ++nonces);
  }
}
