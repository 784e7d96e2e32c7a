package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.adapter.signing.EnvelopeCheckSigner;
import io.countersign.activities.adapter.signing.StatementReader;
import io.countersign.activities.audit.Flaw;
import io.countersign.activities.port.GateKey;
import io.countersign.activities.release.Ledger;
import io.countersign.activities.signoff.CheckStatement;
import io.countersign.check.CheckOutcome;
import io.countersign.check.CheckResult;
import io.countersign.check.Finding;
import io.countersign.check.Severity;
import io.countersign.failure.FailureType;
import io.countersign.gate.GateView;
import io.countersign.record.Entry;
import io.countersign.record.EntryKind;
import io.countersign.release.Digest;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A release one of whose checks a worker of somebody else runs, from the start to the audit. */
class ExternalChecksOfAGateTests {
  private static final String FIRST = "2026.11.1";

  @TempDir private Path directory;
  private UnitHouse house;
  private OtherWorker other;

  @BeforeEach
  void open() throws IOException {
    house = UnitHouse.endorsed(directory);
    other = OtherWorker.hiredBy(house);
  }

  @AfterEach
  void close() {
    other.close();
    house.close();
  }

  private Entry result(ReleaseId id) {
    return house.record.entries().entries(id, Set.of(EntryKind.CHECK)).stream()
        .filter(entry -> entry.key().text().endsWith(OtherWorker.CHECK))
        .findFirst()
        .orElseThrow();
  }

  /** Nothing of it is believed, nothing is granted, and the record says why. */
  private void fails(ReleaseId id, FailureType why) {
    GateView view = house.await(id, GateState.FAILED);
    assertThat(view.reasonType()).isEqualTo(FailureType.CHECK_BROKEN);
    assertThat(view.reason()).contains(OtherWorker.CHECK, OtherWorker.QUEUE, why.name());
    assertThat(house.record.entries().entries(id, Set.of(EntryKind.REFUSAL)))
        .singleElement()
        .satisfies(entry -> assertThat(entry.body().text()).contains(why.name()));
    assertThat(house.record.grants().grants(id)).isEmpty();
  }

  @Test
  void aReleaseGoesLiveAndItsBundleVerifies() {
    ReleaseId id = house.live(FIRST);
    assertThat(other.asked).hasSize(1);
    house.order(id, OrderKind.RETIRE);
    house.ended(id, GateState.RETIRED);
    Auditor auditor = Auditor.of(house);
    auditor.holds(Auditor.bundle(house, id));
    for (String own : List.of("mlops.artifact-integrity", "security.scope-review")) {
      auditor.catches(with(id, own, this::resigned), Flaw.UNKNOWN_KEY, "");
    }
    auditor.catches(
        with(id, OtherWorker.CHECK, envelope -> byTheGate(statement(envelope))),
        Flaw.UNKNOWN_KEY,
        "");
    auditor.catches(
        with(
            id,
            OtherWorker.CHECK,
            envelope -> OtherWorker.signed(other.statement(lax()), other.key)),
        Flaw.FOREIGN_LINE,
        "the check result is about something else");
    auditor.catches(
        with(id, OtherWorker.CHECK, envelope -> OtherWorker.signed(without(envelope), other.key)),
        Flaw.FOREIGN_LINE,
        "the check result is about something else");
  }

  /** The record as the database's owner writes it anew, with another envelope for one check. */
  private Rewritten with(ReleaseId id, String check, UnaryOperator<String> envelope) {
    return Rewritten.of(house, id)
        .saying(
            EntryKind.CHECK,
            body -> {
              String old = body.path("envelope").toString();
              if (read(old).contains("\"check\":\"" + check + "\"")) {
                body.set("envelope", Ledger.tree(envelope.apply(old)));
              }
            });
  }

  private static String read(String envelope) {
    return new String(
        Base64.getDecoder().decode(Ledger.tree(envelope).path("payload").asText()),
        StandardCharsets.UTF_8);
  }

  private CheckStatement statement(String envelope) {
    return new StatementReader()
        .checkResult(
            envelope.getBytes(StandardCharsets.UTF_8), List.of(other.key.verificationKey()));
  }

  /** An internal check's result as the external worker's owner would like to have it. */
  private String resigned(String envelope) {
    CheckStatement of =
        new StatementReader()
            .checkResult(
                envelope.getBytes(StandardCharsets.UTF_8),
                new EnvelopeCheckSigner("unit", this::gateKey, Clock.systemUTC()).workers());
    return OtherWorker.signed(of, other.key);
  }

  private GateKey gateKey() {
    return new GateKey(house.key.newest(), house.key.publicKeys());
  }

  private String byTheGate(CheckStatement statement) {
    return new String(
        new EnvelopeCheckSigner("unit", this::gateKey, Clock.systemUTC()).sign(statement),
        StandardCharsets.UTF_8);
  }

  private String lax() {
    return other.asked.get(0).replace("\"limit\":1", "\"limit\":9");
  }

  private CheckStatement without(String envelope) {
    CheckStatement of = statement(envelope);
    return new CheckStatement(
        of.release(),
        of.releaseDigest(),
        of.round(),
        of.result(),
        of.worker(),
        of.startedAt(),
        of.finishedAt());
  }

  private String no(String request) {
    CheckStatement yes = other.statement(request);
    CheckResult result =
        new CheckResult(
            OtherWorker.CHECK,
            CheckOutcome.FAIL,
            List.of(new Finding("groups-differ", Severity.HIGH, "They differ.", null)),
            new TreeMap<>(),
            List.of(),
            yes.result().evidence());
    return OtherWorker.signed(
        new CheckStatement(
            yes.release(),
            yes.releaseDigest(),
            yes.round(),
            result,
            yes.worker(),
            yes.startedAt(),
            yes.finishedAt(),
            yes.request()),
        other.key);
  }

  @Test
  void aNoRejectsTheRelease() {
    other.answers(this::no);
    ReleaseId id = house.start(FIRST);
    GateView view = house.await(id, GateState.REJECTED);
    assertThat(view.reasonType()).isEqualTo(FailureType.CHECK_FAILED);
    assertThat(result(id).actor()).isEqualTo("external:" + OtherWorker.QUEUE);
  }

  @Test
  void whoeverTakesTasksFromTheQueueWithoutTheKeyPassesNothing() {
    other.answers(request -> OtherWorker.signed(other.statement(request), OtherWorker.key()));
    fails(house.start(FIRST), FailureType.UNKNOWN_KEY);
  }

  @Test
  void anHonestWorkerThatSomebodyElseAskedPassesNothing() {
    other.answers(request -> other.honest(request.replace("\"limit\":1", "\"limit\":9")));
    fails(house.start(FIRST), FailureType.WRONG_REQUEST);
  }

  @Test
  void theAnswerToAnEarlierRoundIsNoAnswerToThisOne() {
    ReleaseId id = house.awaiting(FIRST);
    String first = other.honest(other.asked.get(0));
    other.answers(request -> first);
    house.order(id, "otto@example.com", OrderKind.RECHECK);
    fails(id, FailureType.WRONG_REQUEST);
  }

  @Test
  void theAnswerAboutAnotherReleaseIsNoAnswerToThisOne() {
    String version = house.version("2026.11.101");
    house.awaiting(FIRST);
    String first = other.honest(other.asked.get(0));
    other.answers(request -> first);
    fails(house.start(version), FailureType.WRONG_RELEASE);
  }

  @Test
  void whatItThrowsIsNotRepeated() {
    other.answers(
        request -> {
          throw new IllegalStateException("hvs.CAESIsecret of the worker");
        });
    ReleaseId id = house.start(FIRST);
    GateView view = house.await(id, GateState.FAILED);
    assertThat(view.toString()).contains("its worker failed").doesNotContain("hvs.");
    assertThat(house.record.entries().entries(id))
        .noneMatch(entry -> entry.body().text().contains("hvs."));
  }

  @Test
  void aWholeRoundSeesTheAnswerAndPeopleSignIt() {
    ReleaseId id = house.awaiting(FIRST);
    Digest before = house.view(id).reviewDigest();
    String review =
        house.record.entries().entries(id, Set.of(EntryKind.REVIEW)).get(0).body().text();
    assertThat(review)
        .contains("\"check\":\"" + OtherWorker.CHECK + "\"", "\"taskQueue\":\"other-checks\"")
        .contains(other.publicKey().lines().toList().get(1));
    house.order(id, "otto@example.com", OrderKind.RECHECK);
    house.await(id, GateState.AWAITING_SIGN_OFF);
    Gatehouse.await(
        () -> house.view(id),
        view -> view.round() == 2 && view.state() == GateState.AWAITING_SIGN_OFF);
    assertThat(house.view(id).reviewDigest()).isEqualTo(before);
    assertThat(other.asked).hasSize(2).doesNotHaveDuplicates();
  }
}
