package io.countersign.activities.check;

import static io.countersign.activities.check.ExternalScene.BIAS;
import static io.countersign.activities.check.ExternalScene.DRIFT;
import static io.countersign.activities.check.ExternalScene.METRICS;
import static io.countersign.activities.check.ExternalScene.signed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.countersign.activities.adapter.signing.DsseEnvelope;
import io.countersign.activities.adapter.signing.StatementWriter;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.RecordFixture;
import io.countersign.activities.port.SubjectDigest;
import io.countersign.activities.port.SubjectSource;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.release.ExternalRequest;
import io.countersign.activities.release.Ledger;
import io.countersign.activities.signoff.CheckStatement;
import io.countersign.activities.signoff.SigningKey;
import io.countersign.activity.CheckVerdict;
import io.countersign.activity.ExternalCheckActivities.Admission;
import io.countersign.activity.ExternalCheckActivities.Preparation;
import io.countersign.activity.GateJson;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.check.Evidence;
import io.countersign.check.Finding;
import io.countersign.check.Severity;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy.CheckRule;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.release.CanonicalJson;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.temporal.failure.ApplicationFailure;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What the gate takes from workers that it does not run, and what it refuses. */
class ExternalChecksTests {
  private static final Digest OTHER = Digest.of(new byte[] {7});
  private final ExternalScene scene = new ExternalScene();

  /** What is sent, and why it is refused. */
  private record Lie(String check, String answer, FailureType type) {}

  @Test
  void theRequestFollowsFromTheRecordAlone() throws Exception {
    String text = scene.prepare(BIAS, 1).request();
    JsonNode request = GateJson.mapper().readTree(text);
    assertThat(text.getBytes(StandardCharsets.UTF_8)).isEqualTo(CanonicalJson.bytes(request));
    assertThat(Digest.of(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(scene.request(BIAS));
    assertThat(request.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "apiVersion",
            "kind",
            "check",
            "release",
            "releaseDigest",
            "round",
            "nonce",
            "subjects",
            "evidence",
            "with");
    assertThat(request.at("/subjects/dataset/digest").asText())
        .isEqualTo(scene.dataset().digest().toString());
    assertThat(request.at("/subjects/dataset/uri").asText()).isEqualTo("data/train.csv");
    assertThat(request.at("/evidence/metrics").asText()).isEqualTo(METRICS);
    assertThat(request.at("/with/maxDifference").asDouble()).isEqualTo(0.1);
    assertThat(request.at("/nonce").asText()).matches("[0-9a-f]{32}");
    // People are not told to other people's workers.
    assertThat(text).doesNotContain("@example.com");
    assertThat(scene.prepare(BIAS, 1).request()).isEqualTo(text);
  }

  @Test
  void theRequestIsAnotherOneInEachRecordRoundAndCheck() {
    assertThat(
            List.of(
                scene.request(BIAS),
                scene.request(DRIFT),
                ExternalRequest.of(scene.dossier(), scene.rule(BIAS), 2, scene.resolved).digest(),
                ExternalRequest.of(
                        scene.dossier(),
                        scene.rule(BIAS),
                        1,
                        scene.scene.ledger.append(
                            CheckScene.RELEASE, EntryKind.ALARM, "another", body -> {}))
                    .digest()))
        .doesNotHaveDuplicates();
  }

  @Test
  void anHonestAnswerStandsInTheRecordLikeAnyOther() {
    CheckVerdict verdict = scene.admit(BIAS, signed(scene.honest(BIAS), scene.biasKey));
    assertThat(verdict.check()).isEqualTo(BIAS);
    assertThat(verdict.outcome()).isEqualTo("pass");
    assertThat(scene.scene.results(1)).containsExactly(scene.honest(BIAS).result());
    assertThat(scene.scene.entries())
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.key()).isEqualTo(EntryKey.check(1, BIAS));
              assertThat(entry.actor()).isEqualTo("external:python-checks");
            });
    assertThat(scene.prepare(BIAS, 1).verdict()).isEqualTo(verdict);
    assertThat(scene.refusals()).isEmpty();
  }

  @Test
  void anAnswerMayComeAsATextAndBeSignedWithP256() {
    String envelope = signed(scene.honest(DRIFT), scene.driftKey);
    assertThat(scene.admit(DRIFT, TextNode.valueOf(envelope).toString()).outcome())
        .isEqualTo("pass");
  }

  @Test
  void theFirstAnswerCountsAndALaterOneChangesNothing() {
    CheckVerdict first = scene.admit(BIAS, signed(scene.honest(BIAS), scene.biasKey));
    CheckStatement second =
        with(
            scene.honest(BIAS),
            ExternalScene.failed(
                BIAS, new Finding("unfair", Severity.HIGH, "Unfair.", null), scene.dataset()));
    assertThat(scene.admit(BIAS, signed(second, scene.biasKey))).isEqualTo(first);
    assertThat(scene.scene.entries()).hasSize(1);
  }

  @Test
  void aNoIsAnAnswerToo() {
    CheckStatement no =
        with(
            scene.honest(BIAS),
            ExternalScene.failed(
                BIAS, new Finding("unfair", Severity.HIGH, "Unfair.", null), scene.dataset()));
    CheckVerdict verdict = scene.admit(BIAS, signed(no, scene.biasKey));
    assertThat(verdict.outcome()).isEqualTo("fail");
    assertThat(verdict.summary()).isEqualTo("Unfair.");
  }

  @Test
  void anEvidenceDocumentIsReadAndKeptByTheGateItself() {
    byte[] bytes = CheckScene.text(METRICS).getBytes(StandardCharsets.UTF_8);
    CheckStatement read =
        with(
            scene.honest(BIAS),
            ExternalScene.result(BIAS, new Evidence(METRICS, Digest.of(bytes))));
    scene.admit(BIAS, signed(read, scene.biasKey));
    assertThat(scene.scene.record.documents().document(Digest.of(bytes))).contains(bytes);
  }

  @Test
  void aSourceThatIsAwayIsTriedAgainAndNotHeldAgainstTheWorker() {
    SubjectSource away =
        new SubjectSource() {
          @Override
          public SubjectDigest digest(String uri, Progress progress) {
            throw new GateException(FailureType.SOURCE_UNAVAILABLE, "away");
          }

          @Override
          public byte[] document(String uri, Progress progress) {
            throw new GateException(FailureType.SOURCE_UNAVAILABLE, "away");
          }
        };
    CheckStatement read =
        with(scene.honest(BIAS), ExternalScene.result(BIAS, new Evidence(METRICS, OTHER)));
    Admission admission = new Admission(CheckScene.RELEASE, 1, BIAS, signed(read, scene.biasKey));
    RecordFixture.refused(
        FailureType.SOURCE_UNAVAILABLE, () -> scene.checks(away).admit(admission));
    assertThat(scene.refusals()).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> everyLieIsRefusedAndRecordedAndPassesNothing() {
    return new Lies(scene)
        .all().keySet().stream()
            .map(name -> DynamicTest.dynamicTest(name, () -> refused(new ExternalScene(), name)));
  }

  /** On a scene of its own, whose keys are others. */
  private static void refused(ExternalScene scene, String name) {
    Lie lie = Objects.requireNonNull(new Lies(scene).all().get(name));
    assertThatThrownBy(() -> scene.admit(lie.check(), lie.answer()))
        .isInstanceOfSatisfying(
            ApplicationFailure.class,
            failure -> {
              assertThat(failure.getType()).isEqualTo("CHECK_BROKEN");
              assertThat(failure.isNonRetryable()).isTrue();
              assertThat(failure.getOriginalMessage())
                  .contains(lie.check(), lie.type().name())
                  .hasSizeLessThan(600);
            });
    assertThat(scene.scene.entries()).isEmpty();
    assertThat(scene.refusals())
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(Dossiers.json(entry.body()).path("type").asText())
                  .isEqualTo(lie.type().name());
              assertThat(entry.actor()).startsWith("external:");
            });
  }

  private static CheckStatement with(CheckStatement honest, CheckResult result) {
    return new CheckStatement(
        honest.release(),
        honest.releaseDigest(),
        honest.round(),
        result,
        honest.worker(),
        honest.startedAt(),
        honest.finishedAt(),
        honest.request());
  }

  /** Everything that a worker, or whoever poses as one, could send instead. */
  private static final class Lies {
    private final ExternalScene scene;
    private final CheckStatement honest;
    private final Map<String, Lie> all = new LinkedHashMap<>();

    Lies(ExternalScene scene) {
      this.scene = scene;
      this.honest = scene.honest(BIAS);
    }

    private void add(String name, CheckStatement said, FailureType type) {
      all.put(name, new Lie(BIAS, signed(said, scene.biasKey), type));
    }

    private CheckStatement at(Instant startedAt, Instant finishedAt) {
      return new CheckStatement(
          honest.release(),
          honest.releaseDigest(),
          1,
          honest.result(),
          "bias-1",
          startedAt,
          finishedAt,
          honest.request());
    }

    private CheckStatement about(
        ReleaseId release, Digest digest, int round, String check, Digest request) {
      return new CheckStatement(
          release,
          digest,
          round,
          ExternalScene.result(check, scene.dataset()),
          "bias-1",
          CheckScene.NOW,
          CheckScene.NOW,
          request);
    }

    Map<String, Lie> all() {
      ReleaseId release = honest.release();
      Digest digest = honest.releaseDigest();
      Digest request = scene.request(BIAS);
      add(
          "of another release",
          about(release.withVersion("2026.11.2"), digest, 1, BIAS, request),
          FailureType.WRONG_RELEASE);
      add(
          "of another release digest",
          about(release, OTHER, 1, BIAS, request),
          FailureType.WRONG_RELEASE);
      add("of another round", about(release, digest, 2, BIAS, request), FailureType.WRONG_REQUEST);
      add("of another check", about(release, digest, 1, DRIFT, request), FailureType.WRONG_REQUEST);
      add("to another request", about(release, digest, 1, BIAS, OTHER), FailureType.WRONG_REQUEST);
      add("to no request", about(release, digest, 1, BIAS, null), FailureType.WRONG_REQUEST);
      add("to a request with other settings", lax(), FailureType.WRONG_REQUEST);
      add(
          "of an earlier round, replayed",
          about(
              release,
              digest,
              1,
              BIAS,
              ExternalRequest.of(scene.dossier(), scene.rule(BIAS), 2, scene.resolved).digest()),
          FailureType.WRONG_REQUEST);
      add(
          "from the future",
          at(CheckScene.NOW, CheckScene.NOW.plus(Duration.ofHours(1))),
          FailureType.NOT_YET_VALID);
      add(
          "from before the release",
          at(CheckScene.NOW.minus(Duration.ofHours(1)), CheckScene.NOW),
          FailureType.OVER_AGE);
      evidence();
      signatures();
      forms();
      return all;
    }

    /** What an honest worker signs when somebody else asks it in the gate's name. */
    private CheckStatement lax() {
      CheckRule rule = scene.rule(BIAS);
      CheckRule lax = new CheckRule(BIAS, false, null, new TreeMap<>(), rule.worker());
      return about(
          honest.release(),
          honest.releaseDigest(),
          1,
          BIAS,
          ExternalRequest.of(scene.dossier(), lax, 1, scene.resolved).digest());
    }

    private void evidence() {
      add(
          "with another digest of a subject",
          with(honest, ExternalScene.result(BIAS, new Evidence("data/train.csv", OTHER))),
          FailureType.DIGEST_MISMATCH);
      add(
          "with another digest of a subject by its name",
          with(honest, ExternalScene.result(BIAS, scene.dataset(), new Evidence("model", OTHER))),
          FailureType.DIGEST_MISMATCH);
      add(
          "with another digest of an evidence document",
          with(honest, ExternalScene.result(BIAS, new Evidence(METRICS, OTHER))),
          FailureType.DIGEST_MISMATCH);
      add(
          "with evidence of its own",
          with(honest, ExternalScene.result(BIAS, new Evidence("/etc/passwd", OTHER))),
          FailureType.OUTSIDE_POLICY);
      add(
          "that looked at nothing",
          with(honest, ExternalScene.result(BIAS)),
          FailureType.OUTSIDE_POLICY);
    }

    private void signatures() {
      all.put(
          "signed by a stranger",
          new Lie(BIAS, signed(honest, ExternalScene.ed25519()), FailureType.UNKNOWN_KEY));
      all.put(
          "signed by the worker of another check",
          new Lie(BIAS, signed(honest, scene.driftKey), FailureType.UNKNOWN_KEY));
      all.put(
          "signed by the gate",
          new Lie(
              BIAS,
              new String(scene.scene.signer.sign(honest), StandardCharsets.UTF_8),
              FailureType.UNKNOWN_KEY));
      byte[] statement = StatementWriter.checkResult(honest);
      all.put(
          "unsigned",
          new Lie(
              BIAS,
              new String(DsseEnvelope.unsigned(statement).write(), StandardCharsets.UTF_8),
              FailureType.BAD_SIGNATURE));
      ObjectNode changed = (ObjectNode) Ledger.tree(signed(statement, scene.biasKey));
      CheckStatement other =
          with(honest, ExternalScene.result(BIAS, scene.dataset(), scene.dataset()));
      changed.set("payload", Ledger.tree(signed(other, ExternalScene.ed25519())).path("payload"));
      all.put(
          "changed after it was signed",
          new Lie(BIAS, changed.toString(), FailureType.BAD_SIGNATURE));
    }

    private void forms() {
      all.put("empty", new Lie(BIAS, "", FailureType.UNREADABLE));
      all.put("junk", new Lie(BIAS, "junk", FailureType.UNREADABLE));
      all.put("a torn text", new Lie(BIAS, "\"{", FailureType.UNREADABLE));
      all.put("null", new Lie(BIAS, "null", FailureType.UNREADABLE));
      all.put("no envelope", new Lie(BIAS, "{\"outcome\":\"pass\"}", FailureType.UNREADABLE));
      all.put(
          "too large",
          new Lie(BIAS, "x".repeat(ExternalChecks.ANSWER_LIMIT + 1), FailureType.OVERSIZED));
      List<Finding> findings = new ArrayList<>();
      for (int i = 0; i < 1_001; i++) {
        findings.add(new Finding("noise", Severity.LOW, "n", null));
      }
      raw(
          "with too many findings",
          predicate ->
              ((ObjectNode) predicate.path("result"))
                  .set("findings", GateJson.mapper().valueToTree(findings)));
      raw(
          "with text that hides text",
          predicate -> ((ObjectNode) predicate.at("/result/measurements")).put("auc", "0.9\u202e"));
      raw("with a field of its own", predicate -> ((ObjectNode) predicate).put("approved", true));
      raw(
          "that is neither pass nor fail",
          predicate -> ((ObjectNode) predicate.path("result")).put("outcome", "approved"));
      raw(
          "that fails without a finding",
          predicate ->
              ((ObjectNode) predicate.path("result")).put("outcome", CheckOutcome.FAIL.toString()));
    }

    /** A statement that no writer of ours would write, signed all the same. */
    private void raw(String name, Consumer<JsonNode> change) {
      JsonNode statement =
          Ledger.tree(new String(StatementWriter.checkResult(honest), StandardCharsets.UTF_8));
      change.accept(statement.path("predicate"));
      all.put(
          name,
          new Lie(
              BIAS, signed(CanonicalJson.bytes(statement), scene.biasKey), FailureType.UNREADABLE));
    }
  }

  @Test
  void theWorkersOfTheGateDoNotRunIt() {
    Check named =
        new Check() {
          @Override
          public String name() {
            return BIAS;
          }

          @Override
          public CheckFindings run(CheckContext context) {
            return new CheckFindings();
          }
        };
    ChecksActivity activity = scene.scene.activity(named);
    RecordFixture.refused(
        FailureType.UNKNOWN_CHECK,
        () -> activity.run(BIAS, CheckScene.round(1), Progress.unwatched()));
    assertThat(scene.scene.entries()).isEmpty();
  }

  @Test
  void aCheckOfTheGateIsNeitherPreparedNorAdmitted() {
    String own = "mlops.artifact-integrity";
    RecordFixture.refused(FailureType.UNKNOWN_CHECK, () -> scene.prepare(own, 1));
    RecordFixture.refused(
        FailureType.UNKNOWN_CHECK,
        () -> scene.admit(own, signed(scene.honest(BIAS), scene.biasKey)));
    RecordFixture.refused(
        FailureType.RECORD_CONFLICT,
        () ->
            scene.checks.prepare(
                new Preparation(CheckScene.RELEASE.withVersion("2026.11.9"), 1, BIAS)));
    assertThat(scene.refusals()).isEmpty();
  }

  @Test
  void aResultInTheRecordCountsUnderTheKeysOfItsRuleAlone() {
    String own = "mlops.artifact-integrity";
    CheckStatement forged = with(scene.honest(BIAS), ExternalScene.result(own, scene.dataset()));
    for (SigningKey key : List.of(scene.biasKey, scene.driftKey)) {
      ExternalScene house = new ExternalScene();
      insert(house, forged, signed(forged, key));
      assertThatThrownBy(() -> house.scene.results(1)).isInstanceOf(GateException.class);
    }
    CheckStatement byGate = scene.honest(BIAS);
    insert(scene, byGate, new String(scene.scene.signer.sign(byGate), StandardCharsets.UTF_8));
    assertThatThrownBy(() -> scene.scene.results(1)).isInstanceOf(GateException.class);
  }

  @Test
  void aResultInTheRecordThatAnswersAnotherRequestIsAConflict() {
    CheckStatement other =
        new CheckStatement(
            CheckScene.RELEASE,
            scene.dossier().frozen().releaseDigest(),
            1,
            scene.honest(BIAS).result(),
            "bias-1",
            CheckScene.NOW,
            CheckScene.NOW,
            OTHER);
    insert(scene, other, signed(other, scene.biasKey));
    RecordFixture.refused(FailureType.RECORD_CONFLICT, () -> scene.scene.results(1));
  }

  @Test
  void aResultOfTheGateThatClaimsToAnswerARequestIsAConflict() {
    String own = "mlops.artifact-integrity";
    CheckStatement claims = with(scene.honest(BIAS), ExternalScene.result(own, scene.dataset()));
    insert(scene, claims, new String(scene.scene.signer.sign(claims), StandardCharsets.UTF_8));
    RecordFixture.refused(FailureType.RECORD_CONFLICT, () -> scene.scene.results(1));
  }

  /** As somebody with the record's password would. */
  private static void insert(ExternalScene house, CheckStatement statement, String envelope) {
    house
        .scene
        .record
        .entries()
        .append(
            house.scene.ledger.entry(
                CheckScene.RELEASE,
                EntryKind.CHECK,
                "intruder",
                EntryKey.check(1, statement.result().check()),
                body -> {
                  body.put("outcome", "pass");
                  body.set("envelope", Ledger.tree(envelope));
                }));
  }
}
