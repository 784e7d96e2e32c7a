package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.countersign.activities.adapter.files.ReleaseDocument;
import io.countersign.activities.adapter.signing.DsseEnvelope;
import io.countersign.activities.adapter.signing.StatementWriter;
import io.countersign.activities.audit.Audit;
import io.countersign.activities.audit.Flaw;
import io.countersign.activities.signoff.CiToken;
import io.countersign.activities.signoff.SubmissionAudience;
import io.countersign.activities.signoff.SubmissionPredicate;
import io.countersign.activity.Submission;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GateFunction;
import io.countersign.policy.GatePolicy.CheckRule;
import io.countersign.record.EntryKind;
import io.countersign.record.FrozenRelease;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import io.countersign.worker.gateway.Gateway.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Releases to which something happens: what their bundles prove, and what somebody with the
 * database and the gate's key cannot make of them (I11).
 */
class BundlesOfTroubleTests {
  private static final String FIRST = "2026.11.1";
  private static final String ISSUER = "https://ci.example.com";

  @TempDir private Path directory;
  private UnitHouse house;

  @BeforeEach
  void open() throws IOException {
    house = UnitHouse.endorsed(directory);
  }

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void aWaivedCheck() {
    house.rules("gate.yaml", "auc: {min: 0.70", "auc: {min: 0.99");
    ReleaseId id = house.awaiting(FIRST);
    house.waive(id, "mara@example.com", GateFunction.MLOPS, "mlops.model-quality");
    house.approveAll(id);
    house.await(id, GateState.LIVE);
    house.order(id, OrderKind.RETIRE);
    assertThat(ended(id, GateState.RETIRED).proved())
        .anyMatch(
            line ->
                line.startsWith(
                    "The check mlops.model-quality did not pass; it was waived by mara@example.com"
                        + " until "));
    catches(
        rewritten(id)
            .without(entry -> entry.body().text().contains("\"decision\":\"waive\""))
            .saying(EntryKind.DECISION, body -> body.withArray("signOffs").remove(3)),
        Flaw.NOT_APPROVED,
        "1 still missing");
    catches(
        rewritten(id).saying(EntryKind.DECISION, body -> body.withArray("signOffs").remove(3)),
        Flaw.NOT_APPROVED,
        "does not name the waiver");
  }

  /** Sven may not waive what MLOps checks; somebody enters his waiver as if it had been taken. */
  @Test
  void aWaiverByWhoHasNoRight() {
    house.rules("gate.yaml", "auc: {min: 0.70", "auc: {min: 0.99");
    ReleaseId id = house.awaiting(FIRST);
    String waiver =
        house.waiver(id, "sven@example.com", GateFunction.SECURITY, "mlops.model-quality");
    assertThatThrownBy(() -> house.send(id, Message.SIGN_OFF, waiver))
        .isInstanceOf(GateException.class);
    house.approveAll(id);
    house.order(id, "pia@example.com", OrderKind.WITHDRAW);
    ended(id, GateState.WITHDRAWN);
    catches(
        rewritten(id).until(EntryKind.ORDER).accepted(waiver, "sven@example.com"),
        Flaw.NOT_ALLOWED,
        "NOT_IN_FUNCTION");
  }

  @Test
  void checkedAgainSoThatEarlierVoicesAreVoid() {
    ReleaseId id = house.awaiting(FIRST);
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    house.approve(id, "sven@example.com", GateFunction.SECURITY);
    house.vault.policy(
        "fraud-read", "path \"kv/data/fraud/scoring\" { capabilities = [\"read\"] }\n#");
    house.order(id, OrderKind.RECHECK);
    Gatehouse.await(
        () -> house.view(id),
        view -> view.round() == 2 && view.state() == GateState.AWAITING_SIGN_OFF);
    house.approveAll(id);
    house.await(id, GateState.LIVE);
    house.order(id, OrderKind.RETIRE);
    ended(id, GateState.RETIRED);
    // The voices of the first round stand in for those of the second.
    String later = lastBy(id, "sven@example.com");
    catches(
        rewritten(id)
            .without(entry -> entry.key().text().equals(later))
            .saying(EntryKind.DECISION, body -> body.withArray("signOffs").remove(1)),
        Flaw.NOT_APPROVED,
        "1 still missing");
  }

  @Test
  void anApproverWhoIsWithdrawnBetweenTheSignOffAndTheDecision() {
    ReleaseId id = house.awaiting(FIRST);
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    house.approve(id, "sven@example.com", GateFunction.SECURITY);
    house.rules(
        "approvers.yaml",
        "  - id: sven@example.com\n",
        "  - id: sven@example.com\n    withdrawnAt: 2026-11-01T00:00:00Z\n");
    house.approve(id, "rita@example.com", GateFunction.RISK);
    house.approve(id, "sina@example.com", GateFunction.SECURITY);
    house.await(id, GateState.LIVE);
    house.order(id, OrderKind.RETIRE);
    assertThat(ended(id, GateState.RETIRED).proved())
        .anyMatch(line -> line.contains("sina@example.com (security)"))
        .noneMatch(line -> line.contains("sven@example.com"));
    catches(
        rewritten(id)
            .without(entry -> entry.actor().equals("sina@example.com"))
            .saying(EntryKind.DECISION, body -> body.withArray("signOffs").remove(1)),
        Flaw.NOT_APPROVED,
        "1 still missing");
  }

  @Test
  void anOwnerOfTheRulesWhoLeavesAfterwards() {
    ReleaseId id = house.live(FIRST);
    house.order(id, OrderKind.RETIRE);
    house.ended(id, GateState.RETIRED);
    byte[] bundle = Auditor.bundle(house, id);
    Instant now = Instant.now();
    Auditor auditor = Auditor.of(house);
    auditor.withoutOwner(now.plusSeconds(60)).holds(bundle);
    assertThat(auditor.withoutOwner(now.minus(Duration.ofDays(1))).closed(bundle).findings())
        .anyMatch(finding -> finding.flaw() == Flaw.BAD_SIGNATURE);
  }

  @Test
  void junkAndForgeriesAreNoPartOfTheDecision() {
    ReleaseId id = house.awaiting(FIRST);
    house.signal(id, Message.SIGN_OFF, "{\"payload\": 1}");
    house.signal(id, Message.ORDER, "[]");
    String forged =
        house.people.signOff(
            house.view(id),
            "sven@example.com",
            "otto@example.com",
            GateFunction.SECURITY,
            SignOffDecision.APPROVE);
    assertThatThrownBy(() -> house.send(id, Message.SIGN_OFF, forged))
        .isInstanceOf(GateException.class);
    assertThatThrownBy(() -> house.approve(id, "pia@example.com", GateFunction.RISK))
        .isInstanceOf(GateException.class);
    house.approveAll(id);
    house.await(id, GateState.LIVE);
    house.order(id, OrderKind.RETIRE);
    ended(id, GateState.RETIRED);
    assertThat(house.record.entries().entries(id, Set.of(EntryKind.REFUSAL))).isNotEmpty();
    catches(
        rewritten(id).until(EntryKind.SIGN_OFF).accepted(forged, "sven@example.com"),
        Flaw.UNKNOWN_KEY,
        "");
  }

  @Test
  void machineryThatGaveUp() {
    house.broker.beforeIdentity =
        () -> {
          throw new IllegalStateException("a defect");
        };
    ReleaseId id = house.start(FIRST);
    // All that can answer have answered, so that nothing is written beside the end.
    Set<String> silent = Set.of("security.workload-identity", "risk.combined-risk");
    Gatehouse.await(() -> unanswered(id), silent::equals);
    house.pass(Duration.ofHours(1));
    assertThat(ended(id, GateState.FAILED).proved())
        .contains("This record gives no access.", "The record is closed: FAILED.");
  }

  private Set<String> unanswered(ReleaseId id) {
    Set<String> checks =
        house.example.policy().tiers().stream()
            .filter(tier -> tier.name().equals("strong"))
            .flatMap(tier -> tier.checks().stream())
            .map(CheckRule::check)
            .collect(Collectors.toSet());
    house
        .record
        .entries()
        .entries(id, Set.of(EntryKind.CHECK))
        .forEach(entry -> checks.removeIf(check -> entry.key().text().endsWith("/" + check)));
    return checks;
  }

  /** The release ends for that reason, and its bundle says which document nobody has any more. */
  @Test
  void evidenceThatTheArchiveLost() {
    ReleaseId id = house.awaiting(FIRST);
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    house.approve(id, "sven@example.com", GateFunction.SECURITY);
    house.record.lost.add(
        house.record.honest.entries().entries(id, Set.of(EntryKind.CHECK)).stream()
            .map(entry -> Rewritten.digests(entry.body().text()))
            .flatMap(List::stream)
            .filter(digest -> house.record.honest.documents().document(digest).isPresent())
            .findFirst()
            .orElseThrow());
    house.approve(id, "rita@example.com", GateFunction.RISK);
    house.ended(id, GateState.REJECTED);
    assertThat(Auditor.of(house).closed(Auditor.bundle(house, id)).findings())
        .isNotEmpty()
        .allSatisfy(
            finding -> {
              assertThat(finding.flaw()).isEqualTo(Flaw.MISSING_LINE);
              assertThat(finding.detail()).startsWith("not archived: evidence/");
            });
  }

  @Test
  void submittedByACiRun() throws JOSEException, IOException {
    ECKey key = new ECKeyGenerator(Curve.P_256).keyID("ci").generate();
    Files.writeString(
        house.example.directory().resolve("ci.json"), new JWKSet(key.toPublicJWK()).toString());
    house.rules(
        "gate.yaml",
        "systems:\n",
        """
        ci:
          - name: main
            issuer: %s
            jwks: ci.json
            claims: {ref: [refs/heads/main]}
            personClaim: actor
            people: {sven-ci: sven@example.com}
        systems:
        """
            .formatted(ISSUER));
    ReleaseId id = house.start(byCi(key, "sven-ci"));
    house.await(id, GateState.AWAITING_SIGN_OFF);
    assertThatThrownBy(() -> house.approve(id, "sven@example.com", GateFunction.SECURITY))
        .isInstanceOfSatisfying(
            GateException.class, e -> assertThat(e.type()).isEqualTo(FailureType.OWN_RELEASE));
    String own =
        house.people.signOff(
            house.view(id), "sven@example.com", GateFunction.SECURITY, SignOffDecision.APPROVE);
    house.order(id, "sven@example.com", OrderKind.WITHDRAW);
    assertThat(ended(id, GateState.WITHDRAWN).notProved())
        .anyMatch(line -> line.startsWith("Who submitted, and so that nobody approved"));
    catches(
        rewritten(id).until(EntryKind.ORDER).accepted(own, "sven@example.com"),
        Flaw.NOT_ALLOWED,
        "OWN_RELEASE");
    catches(
        rewritten(id)
            .saying(
                EntryKind.SUBMITTED, body -> ((ObjectNode) body.path("ci")).put("rule", "other")),
        Flaw.FOREIGN_LINE,
        "no such rule");
    // What it cannot catch is said above: with the gate's key another submitter can be named.
    byte[] renamed =
        rewritten(id)
            .frozen(BundlesOfTroubleTests::submittedByPia)
            .saying(EntryKind.SUBMITTED, body -> body.put("submitter", "pia@example.com"))
            .until(EntryKind.ORDER)
            .accepted(own, "sven@example.com")
            .bundle();
    assertThat(Auditor.of(house).open(renamed).findings()).isEmpty();
  }

  private static FrozenRelease submittedByPia(FrozenRelease old) {
    return new FrozenRelease(
        old.id(),
        old.releaseDigest(),
        "pia@example.com",
        old.submission(),
        old.manifest(),
        old.gateDigest(),
        old.approversDigest(),
        old.reviewRound(),
        old.tier(),
        old.requirements(),
        old.predecessor(),
        old.scope(),
        old.frozenAt());
  }

  private Submission byCi(ECKey key, String actor) throws JOSEException {
    ReleaseDocument document = house.example.locked(FIRST);
    ReleaseId id = document.manifest().id();
    Instant now = Instant.now();
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("ci").build(),
            new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .subject("repo:example/fraud")
                .audience(SubmissionAudience.of(id, document.releaseDigest()))
                .jwtID("run-1")
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .claim("ref", "refs/heads/main")
                .claim("actor", actor)
                .build());
    token.sign(new ECDSASigner(key));
    byte[] statement =
        StatementWriter.submission(
            new SubmissionPredicate(
                new SubmissionPredicate.Ci(
                    ISSUER, "repo:example/fraud", new CiToken(token.serialize())),
                id,
                document.releaseDigest(),
                document.json(),
                now,
                now.plusSeconds(300),
                StatementWriter.nonce()));
    return new Submission(
        id,
        document.releaseDigest(),
        new String(DsseEnvelope.unsigned(statement).write(), StandardCharsets.UTF_8));
  }

  private String lastBy(ReleaseId id, String person) {
    return house.record.entries().signOffs(id).stream()
        .filter(entry -> entry.actor().equals(person))
        .reduce((earlier, later) -> later)
        .orElseThrow()
        .key()
        .text();
  }

  private Rewritten rewritten(ReleaseId id) {
    return Rewritten.of(house, id);
  }

  private void catches(Rewritten forged, Flaw flaw, String words) {
    Auditor.of(house).catches(forged, flaw, words);
  }

  private Audit ended(ReleaseId id, GateState state) {
    house.ended(id, state);
    Audit audit = Auditor.of(house).holds(Auditor.bundle(house, id));
    assertThat(audit.end()).isEqualTo(state.name());
    return audit;
  }
}
