package io.countersign.activities.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.adapter.files.DocumentReader;
import io.countersign.activities.adapter.files.FileRootSource;
import io.countersign.activities.adapter.memory.LocalKeySigner;
import io.countersign.activities.adapter.memory.UnsafeInMemoryReleaseRecord;
import io.countersign.activities.adapter.signing.ApproverKeys;
import io.countersign.activities.adapter.signing.BundleLines;
import io.countersign.activities.adapter.signing.DsseEnvelope;
import io.countersign.activities.adapter.signing.EnvelopeCheckSigner;
import io.countersign.activities.adapter.signing.GateEnvelopes;
import io.countersign.activities.adapter.signing.Keys;
import io.countersign.activities.adapter.signing.OwnersApproval;
import io.countersign.activities.adapter.signing.StatementReader;
import io.countersign.activities.adapter.signing.StatementWriter;
import io.countersign.activities.audit.BundleVerifier.Options;
import io.countersign.activities.evidence.Bundles;
import io.countersign.activities.evidence.Sealing;
import io.countersign.activities.evidence.Stamping;
import io.countersign.activities.port.GateKey;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.port.StatementSigner;
import io.countersign.activities.port.TimeStampAuthority.TimeStamp;
import io.countersign.activities.release.Dossier;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.release.Intake;
import io.countersign.activities.release.Ledger;
import io.countersign.activities.signoff.CheckStatement;
import io.countersign.activities.signoff.OrderPredicate;
import io.countersign.activities.signoff.SignOffPredicate;
import io.countersign.activities.signoff.SubmissionPredicate;
import io.countersign.activities.signoff.VerificationKey;
import io.countersign.activity.GateJson;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.check.Evidence;
import io.countersign.decision.Review;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.GrantProof;
import io.countersign.grant.GrantSpec;
import io.countersign.grant.RevocationProof;
import io.countersign.grant.Slot;
import io.countersign.grant.SlotRole;
import io.countersign.policy.GateFunction;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.record.FrozenRelease;
import io.countersign.record.NewEntry;
import io.countersign.record.StatementNonce;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The example's first release in a record as a gate writes it, step by step, and its evidence. */
final class AuditScene {
  static final Path EXAMPLE = Path.of("..", "examples", "fraud-scorer");
  static final ReleaseId RELEASE = ReleaseId.parse("production/fraud-scorer/2026.11.1");
  static final String GRANT = "0b9d1c1e-6b5e-4a53-9f0e-3f6f2a6c9d01";
  static final String AGAIN = "0b9d1c1e-6b5e-4a53-9f0e-3f6f2a6c9d02";

  final ReleaseRecord record;
  final LocalKeySigner key;
  final Cast cast;
  final ReleaseId release;
  final DocumentReader reader = new DocumentReader(text -> Keys.publicKey(text).keyId());
  private final StatementReader statements = new StatementReader();
  private final JsonNode manifest;
  private final Digest releaseDigest;
  private final byte[] gate;
  private Instant now = Instant.parse("2026-11-23T08:00:00Z");
  private final Clock clock = new Moving();
  private byte[] approvers;
  private @Nullable Dossier dossier;
  private @Nullable Review review;
  private final List<CheckResult> results = new ArrayList<>();
  private final List<String> counted = new ArrayList<>();
  private int rights;

  AuditScene() {
    this(new UnsafeInMemoryReleaseRecord());
  }

  AuditScene(ReleaseRecord record) {
    this(record, new LocalKeySigner(), new Cast(), RELEASE);
  }

  /** Another release in the same record. */
  AuditScene beside(String version) {
    return new AuditScene(record, key, cast, release.withVersion(version));
  }

  /** Another release in another record, of the same gate and people. */
  AuditScene in(ReleaseRecord other, String version) {
    return new AuditScene(other, key, cast, release.withVersion(version));
  }

  /** Another release of the same gate and people. */
  AuditScene(AuditScene other, ReleaseId release) {
    this(new UnsafeInMemoryReleaseRecord(), other.key, other.cast, release);
  }

  private AuditScene(ReleaseRecord record, LocalKeySigner key, Cast cast, ReleaseId release) {
    this.record = record;
    this.key = key;
    this.cast = cast;
    this.release = release;
    this.gate = bytes(EXAMPLE.resolve("gate.yaml"));
    this.approvers = cast.approvers("").getBytes(StandardCharsets.UTF_8);
    this.manifest = locked(release.version());
    this.releaseDigest = Dossiers.document(manifest).digest();
  }

  private final class Moving extends Clock {
    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  private JsonNode locked(String version) {
    JsonNode json = reader.release(EXAMPLE.resolve("releases/2026.11.1/release.yaml")).json();
    FileRootSource source = new FileRootSource(List.of(EXAMPLE), 1L << 24, 1_000);
    for (JsonNode subject : json.path("subjects")) {
      Digest digest = source.digest(subject.path("uri").asText(), Progress.unwatched()).digest();
      ((ObjectNode) subject).put("digest", digest.toString());
    }
    ((ObjectNode) json.path("metadata")).put("version", version);
    return json;
  }

  static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Instant now() {
    return now;
  }

  AuditScene after(Duration time) {
    now = now.plus(time);
    return this;
  }

  /** From submission to the end. */
  AuditScene whole() {
    return live()
        .after(Duration.ofHours(50))
        .ordered("otto@example.com", OrderKind.ROLLBACK)
        .revocation(GRANT, "ROLLED_BACK")
        .revoked(GRANT, Slot.A)
        .complete("ROLLED_BACK");
  }

  AuditScene live() {
    return approved().decided().granted(GRANT, Slot.A);
  }

  AuditScene approved() {
    submitted();
    return approvedAfterSubmission();
  }

  /** Checked, signed off and not decided yet. */
  private AuditScene approvedAfterSubmission() {
    return reviewedAfterSubmission()
        .after(Duration.ofMinutes(12))
        .signOff("mara@example.com", GateFunction.MLOPS)
        .after(Duration.ofMinutes(31))
        .signOff("sven@example.com", GateFunction.SECURITY)
        .signOff("rita@example.com", GateFunction.RISK);
  }

  /** From a submission of a test's own to the grant. */
  AuditScene goesLive() {
    return approvedAfterSubmission().decided().granted(GRANT, Slot.A);
  }

  AuditScene reviewed() {
    submitted();
    return reviewedAfterSubmission();
  }

  private AuditScene reviewedAfterSubmission() {
    dossier().tier().checks().forEach(rule -> check(rule.check()));
    return review().identified();
  }

  /** The workload has logged in. */
  AuditScene identified() {
    return tell(
        EntryKind.IDENTITY_PROVED,
        "gate",
        "identity-proved",
        body ->
            body.put("subject", dossier().system().subject())
                .put("audience", dossier().system().audience()));
  }

  AuditScene submitted() {
    return submitted("omar@example.com", gate);
  }

  AuditScene submitted(String person, byte[] gateFile) {
    byte[] gateSignatures = cast.sign("gate.yaml", gateFile, now);
    byte[] approversSignatures = cast.sign("approvers.yaml", approvers, now);
    List.of(gateFile, gateSignatures, approvers, approversSignatures).forEach(this::archive);
    DsseEnvelope submission =
        cast.signed(
            StatementWriter.submission(
                new SubmissionPredicate(
                    new SubmissionPredicate.Person(person),
                    release,
                    releaseDigest,
                    manifest,
                    now.minusSeconds(4),
                    now.plusSeconds(86_400),
                    StatementWriter.nonce())),
            person);
    Dossier frozen = freeze(person, gateFile, submission);
    dossier = frozen;
    tell(
        EntryKind.SUBMITTED,
        "gate",
        "submitted",
        body ->
            body.put("submitter", person)
                .put("statement", submission.statementDigest().toString())
                .put("releaseDigest", releaseDigest.toString()));
    return tell(
        EntryKind.RESOLVED,
        "gate",
        "resolved",
        body ->
            body.put("tier", frozen.tier().name())
                .put("gateDigest", Digest.of(gateFile).toString())
                .put("approversDigest", Digest.of(approvers).toString())
                .put("gateSignatures", Digest.of(gateSignatures).toString())
                .put("approversSignatures", Digest.of(approversSignatures).toString())
                .putNull("predecessor"));
  }

  private Dossier freeze(String person, byte[] gateFile, DsseEnvelope submission) {
    var policy = reader.gatePolicy(gateFile);
    var tier =
        policy.tiers().stream()
            .filter(one -> one.name().equals("strong"))
            .findFirst()
            .orElseThrow();
    FrozenRelease frozen =
        record
            .releases()
            .freeze(
                new FrozenRelease(
                    release,
                    releaseDigest,
                    person,
                    text(submission),
                    Dossiers.document(manifest),
                    Digest.of(gateFile),
                    Digest.of(approvers),
                    1,
                    tier.name(),
                    Intake.requirements(tier),
                    null,
                    Dossiers.document(policies()),
                    now));
    return new Dossiers(record, reader).of(frozen);
  }

  private static JsonNode policies() {
    ObjectNode json = GateJson.mapper().createObjectNode();
    json.putObject("policies")
        .put(
            "fraud-read",
            new String(bytes(EXAMPLE.resolve("vault/fraud-read.hcl")), StandardCharsets.UTF_8));
    return json;
  }

  Dossier dossier() {
    Dossier known = dossier;
    if (known == null) {
      throw new IllegalStateException("submit first");
    }
    return known;
  }

  private void archive(byte[] document) {
    record.documents().putDocument(Digest.of(document), document);
  }

  AuditScene check(String name) {
    byte[] report = ("what " + name + " read").getBytes(StandardCharsets.UTF_8);
    archive(report);
    List<Evidence> evidence =
        List.of(
            new Evidence("models/1/", dossier().manifest().subjects().model().digest()),
            new Evidence("reports/" + name + ".json", Digest.of(report)));
    CheckResult result =
        new CheckResult(name, CheckOutcome.PASS, List.of(), new TreeMap<>(), List.of(), evidence);
    results.add(result);
    byte[] envelope =
        new EnvelopeCheckSigner("worker-1", key, () -> List.of(key.publicKey()))
            .sign(new CheckStatement(release, releaseDigest, 1, result, "worker-1", now, now));
    counted.add(DsseEnvelope.parse(envelope).statementDigest().toString());
    return tell(
        EntryKind.CHECK,
        "worker-1",
        EntryKey.check(1, name).text(),
        body ->
            body.put("outcome", "pass")
                .set("envelope", Ledger.tree(new String(envelope, StandardCharsets.UTF_8))));
  }

  AuditScene review() {
    Review made = dossier().review(dossier().frozenPolicies(), results);
    review = made;
    return tell(
        EntryKind.REVIEW,
        "gate",
        "review/1",
        body -> {
          body.put("round", 1).put("reviewDigest", made.digest().toString());
          body.set("review", made.document());
        });
  }

  private Digest reviewDigest() {
    Review made = review;
    return made == null
        ? dossier().review(dossier().frozenPolicies(), results).digest()
        : made.digest();
  }

  private final List<String> voices = new ArrayList<>();

  AuditScene signOff(String person, GateFunction function) {
    return signOff(person, function, SignOffDecision.APPROVE, now.minusSeconds(2));
  }

  AuditScene signOff(
      String person, GateFunction function, SignOffDecision decision, Instant issuedAt) {
    DsseEnvelope envelope =
        cast.signed(
            StatementWriter.signOff(
                new SignOffPredicate(
                    function,
                    decision,
                    null,
                    "looked at it",
                    person,
                    release,
                    releaseDigest,
                    reviewDigest(),
                    issuedAt,
                    issuedAt.plusSeconds(86_400),
                    StatementWriter.nonce())),
            person);
    if (decision == SignOffDecision.APPROVE) {
      voices.add(envelope.statementDigest().toString());
    }
    return tell(
        EntryKind.SIGN_OFF,
        person,
        EntryKey.signOff(envelope.statementDigest()).text(),
        body ->
            body.put("function", function.toString())
                .put("decision", decision.toString())
                .set("envelope", Ledger.tree(text(envelope))));
  }

  /** Another approvers file from now on. */
  AuditScene rights(String more) {
    approvers = cast.approvers(more).getBytes(StandardCharsets.UTF_8);
    byte[] signatures = cast.sign("approvers.yaml", approvers, now);
    archive(approvers);
    archive(signatures);
    rights++;
    return tell(
        EntryKind.RIGHTS,
        "gate",
        "rights/" + rights + "/" + Digest.of(approvers).hex(),
        body ->
            body.put("approversDigest", Digest.of(approvers).toString())
                .put("approversSignatures", Digest.of(signatures).toString()));
  }

  AuditScene decided() {
    return decided("generation/1/run");
  }

  AuditScene decided(String request) {
    return tell(
        EntryKind.DECISION,
        "gate",
        "decision/" + request + "/" + Digest.of(request.getBytes(StandardCharsets.UTF_8)).hex(),
        body -> {
          body.put("outcome", "APPROVED")
              .put("round", 1)
              .put("reviewDigest", reviewDigest().toString())
              .put("approversDigest", Digest.of(approvers).toString());
          voices.forEach(body.withArray("signOffs")::add);
          counted.forEach(body.withArray("checks")::add);
        });
  }

  AuditScene granted(String grantId, Slot slot) {
    GrantSpec spec =
        new GrantSpec(
            release,
            slot,
            dossier().system().subject(),
            dossier().system().audience(),
            dossier().manifest().access().policies(),
            dossier().manifest().access().tokenTtl(),
            dossier().manifest().access().validity());
    TreeMap<String, Digest> bodies = new TreeMap<>();
    dossier()
        .frozenPolicies()
        .forEach(
            (name, body) -> bodies.put(name, Digest.of(body.getBytes(StandardCharsets.UTF_8))));
    GrantProof proof = new GrantProof(release, slot, SlotRole.of(spec), bodies, now);
    return tell(
        EntryKind.GRANT,
        "gate",
        "grant/" + grantId,
        body -> {
          body.put("grantId", grantId)
              .put("slot", slot.toString())
              .put("expiresAt", now.plus(Duration.ofDays(29)).toString());
          body.set("spec", GateJson.mapper().valueToTree(spec));
          body.set("proof", GateJson.mapper().valueToTree(proof));
        });
  }

  AuditScene ordered(String person, OrderKind kind) {
    DsseEnvelope envelope =
        cast.signed(
            StatementWriter.order(
                new OrderPredicate(
                    kind,
                    "because",
                    person,
                    release,
                    releaseDigest,
                    now.minusSeconds(3),
                    now.plusSeconds(86_400),
                    StatementWriter.nonce())),
            person);
    return tell(
        EntryKind.ORDER,
        person,
        EntryKey.order(envelope.statementDigest()).text(),
        body ->
            body.put("order", kind.toString())
                .put("names", release.toString())
                .set("envelope", Ledger.tree(text(envelope))));
  }

  AuditScene revocation(String grantId, String next) {
    return tell(
        EntryKind.REVOCATION,
        "gate",
        "revocation/" + grantId + "/" + next,
        body -> body.put("next", next).put("reason", "ordered"));
  }

  AuditScene revoked(String grantId, Slot slot) {
    RevocationProof proof =
        new RevocationProof(
            release,
            slot,
            true,
            3,
            1,
            now.minusMillis(400),
            now.minusMillis(100),
            List.of(),
            List.of("fraud-read"));
    return tell(
        EntryKind.REVOCATION_PROVED,
        "gate",
        "revocation-proved/" + grantId,
        body -> {
          body.put("grantId", grantId).put("reason", "ordered");
          body.set("proof", GateJson.mapper().valueToTree(proof));
        });
  }

  AuditScene complete(String state) {
    return tell(
        EntryKind.COMPLETE,
        "gate",
        "told/COMPLETE/end/" + state,
        body -> body.put("state", state).put("detail", "over"));
  }

  AuditScene tell(EntryKind kind, String actor, String entryKey, Consumer<ObjectNode> fill) {
    ObjectNode body = GateJson.mapper().createObjectNode();
    fill.accept(body);
    NewEntry entry =
        new NewEntry(release, now, kind, actor, new EntryKey(entryKey), Dossiers.document(body));
    if (kind.signedByPerson()) {
      record.entries().accept(entry, new StatementNonce(actor, StatementWriter.nonce()));
    } else if (kind == EntryKind.COMPLETE) {
      record.releases().tell(entry, body.path("state").asText());
    } else {
      record.entries().append(entry);
    }
    now = now.plusMillis(120);
    return this;
  }

  private Sealing sealing(StatementSigner signer) {
    return new Sealing(
        record,
        statements,
        new GateEnvelopes(() -> new GateKey(signer, List.of(signer.publicKey())), clock),
        clock);
  }

  /** Seals what there is, so that what comes is in another seal. */
  AuditScene seal() {
    sealing(key).seal(release);
    return this;
  }

  /** Has everything stamped that waits, by an authority that says what time it is here. */
  AuditScene stamp() {
    seal();
    new Stamping(
            record.evidence(),
            new GateEnvelopes(() -> new GateKey(key, List.of(key.publicKey())), clock),
            imprint -> new TimeStamp(token(imprint, now), now))
        .stamp();
    return this;
  }

  private static byte[] token(Digest imprint, Instant at) {
    return (imprint.hex() + " " + at).getBytes(StandardCharsets.UTF_8);
  }

  /** Stands in for RFC 3161: the token says what it stamps and when. */
  private static Instant stamped(byte[] token, Digest imprint) {
    String[] parts = new String(token, StandardCharsets.UTF_8).split(" ", -1);
    if (parts.length != 2 || !parts[0].equals(imprint.hex())) {
      throw new GateException(FailureType.BAD_TIME_STAMP, "the token stamps something else");
    }
    return Instant.parse(parts[1]);
  }

  /** The bundle, as a gate with its own key writes it. */
  List<String> bundle() {
    return bundle(key);
  }

  List<String> bundle(StatementSigner signer) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      new Bundles(record, sealing(signer)).write(release, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ArrayList<>(Arrays.asList(out.toString(StandardCharsets.UTF_8).split("\n")));
  }

  AuditTools tools() {
    return tools(cast);
  }

  /** The tools of somebody who believes these policy owners. */
  AuditTools tools(Cast believed) {
    TreeMap<String, VerificationKey> keys = new TreeMap<>();
    keys.put(key.keyId(), VerificationKey.of(key.publicKey()));
    return new AuditTools(
        new BundleLines(),
        statements,
        reader,
        new ApproverKeys(),
        keys,
        new OwnersApproval(reader.approvers(believed.ownersFile()), clock),
        AuditScene::stamped);
  }

  Audit verify(List<String> lines) {
    return verify(lines, new Options(false, null));
  }

  Audit verify(List<String> lines, Options options) {
    return verify((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8), options);
  }

  Audit verify(byte[] bundle, Options options) {
    return verify(bundle, options, tools());
  }

  static Audit verify(byte[] bundle, Options options, AuditTools tools) {
    try {
      return BundleVerifier.verify(new ByteArrayInputStream(bundle), tools, options);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Audit verify() {
    return verify(bundle());
  }

  private static String text(DsseEnvelope envelope) {
    return new String(envelope.write(), StandardCharsets.UTF_8);
  }
}
