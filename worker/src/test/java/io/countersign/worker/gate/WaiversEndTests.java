package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.audit.Audit;
import io.countersign.activities.audit.Flaw;
import io.countersign.activity.DecisionView.Waiver;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.gate.GateView;
import io.countersign.policy.GateFunction;
import io.countersign.record.EntryKind;
import io.countersign.record.Grant;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import io.countersign.worker.gateway.Gateway.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A failed check that is accepted for a time: everybody sees it, and access ends with it. */
class WaiversEndTests {
  private static final String FIRST = "2026.11.1";
  private static final String QUALITY = "mlops.model-quality";
  private static final String MARA = "mara@example.com";

  @TempDir private Path directory;
  private UnitHouse house;
  private ReleaseId id;

  @BeforeEach
  void open() throws IOException {
    house = UnitHouse.endorsed(directory);
    house.rules("gate.yaml", "auc: {min: 0.70", "auc: {min: 0.99");
    house.rules("gate.yaml", "drift: 5m", "drift: 29d");
    house.rules("gate.yaml", "validity: 30d}", "validity: 30d, waiver: 7d}");
    id = house.awaiting(FIRST);
  }

  @AfterEach
  void close() {
    house.close();
  }

  private void waive(Duration span) {
    house.send(id, Message.SIGN_OFF, waiver(span));
  }

  private String waiver(Duration span) {
    return house.waiver(id, MARA, GateFunction.MLOPS, QUALITY, span);
  }

  private Grant grant() {
    List<Grant> grants = house.record.grants().grants(id);
    return grants.get(grants.size() - 1);
  }

  @Test
  void theAccessEndsWithTheWaiver() {
    waive(Duration.ofDays(2));
    house.approveAll(id);
    GateView view = house.await(id, GateState.LIVE);
    Waiver waiver = view.decision().waivers().get(0);
    assertThat(view.expiresAt()).isEqualTo(grant().expiresAt());
    assertThat(waiver.until()).isBetween(view.expiresAt(), view.expiresAt().plusMillis(1));
    assertThat(view.exceptions().endsBy())
        .isEqualTo("the waiver of mlops.model-quality by mara@example.com");
    assertThat(house.login(FIRST)).isPresent();
    house.pass(Duration.ofHours(47));
    Gatehouse.await(
        () -> house.record.entries().entries(id, Set.of(EntryKind.REMINDER)),
        reminders ->
            reminders.stream()
                .anyMatch(e -> e.body().text().contains("with the waiver of mlops.model-quality")));
    house.pass(Duration.ofHours(2));
    house.ended(id, GateState.EXPIRED);
    assertThat(house.login(FIRST)).isEmpty();
    Audit audit = Auditor.of(house).holds(Auditor.bundle(house, id));
    assertThat(audit.proved())
        .contains(
            "The check mlops.model-quality did not pass; it was waived by mara@example.com until "
                + waiver.until()
                + ".")
        .anyMatch(line -> line.contains("EXPIRED"));
    assertThat(house.record.entries().entries(id, Set.of(EntryKind.COMPLETE)).get(0).body().text())
        .contains("The access ended with the waiver of mlops.model-quality by mara@example.com.");
  }

  @Test
  void anApprovalFromBeforeTheWaiverIsGivenAgain() {
    house.approveAll(id);
    waive(Duration.ofDays(2));
    GateView view = house.view(id);
    assertThat(view.state()).isEqualTo(GateState.AWAITING_SIGN_OFF);
    assertThat(view.decision().awaiting()).containsExactly("mlops", "security", "risk");
    house.approveAll(id);
    house.await(id, GateState.LIVE);
  }

  @Test
  void anOperatorCannotMakeTheAccessOutliveTheWaiver() {
    waive(Duration.ofDays(2));
    house.approveAll(id);
    house.await(id, GateState.LIVE);
    house.order(id, OrderKind.RETIRE);
    house.ended(id, GateState.RETIRED);
    Auditor.of(house)
        .catches(
            Rewritten.of(house, id)
                .saying(
                    EntryKind.GRANT,
                    body ->
                        body.put(
                            "expiresAt",
                            Instant.parse(body.path("expiresAt").asText())
                                .plus(Duration.ofDays(1))
                                .toString())),
            Flaw.NOT_APPROVED,
            "longer than the waivers");
    Auditor.of(house)
        .catches(
            Rewritten.of(house, id)
                .saying(
                    EntryKind.SIGN_OFF,
                    body -> {
                      if (body.has("until")) {
                        body.put("until", "2030-01-01T00:00:00Z");
                      }
                    }),
            Flaw.FOREIGN_LINE,
            "something else than its entry");
  }

  @Test
  void aRenewedWaiverProlongsNoLiveAccessAndARestoredReleaseLivesByIt() {
    waive(Duration.ofDays(2));
    house.approveAll(id);
    Instant first = house.await(id, GateState.LIVE).expiresAt();
    waive(Duration.ofDays(5));
    house.approveAll(id);
    assertThat(grant().expiresAt()).isEqualTo(first);
    house.order(id, OrderKind.SUSPEND);
    house.await(id, GateState.SUSPENDED);
    house.order(id, OrderKind.RESTORE);
    house.await(id, GateState.LIVE);
    assertThat(grant().expiresAt()).isAfter(first.plus(Duration.ofDays(2)));
    Auditor.of(house).holdsOpen(Auditor.bundle(house, id));
  }

  @Test
  void anOlderStatementWithALaterEndProlongsNothing() {
    String longer = waiver(Duration.ofDays(6));
    waive(Duration.ofDays(2));
    house.approveAll(id);
    Instant first = house.await(id, GateState.LIVE).expiresAt();
    house.send(id, Message.SIGN_OFF, longer);
    house.order(id, OrderKind.SUSPEND);
    house.await(id, GateState.SUSPENDED);
    house.order(id, OrderKind.RESTORE);
    house.await(id, GateState.LIVE);
    assertThat(grant().expiresAt()).isBeforeOrEqualTo(first);
  }

  @Test
  void aWaiverThatIsTakenBackSuspendsAndItsReplayChangesNothing() {
    String waiver = waiver(Duration.ofDays(2));
    house.send(id, Message.SIGN_OFF, waiver);
    house.approveAll(id);
    house.await(id, GateState.LIVE);
    house.say(id, MARA, GateFunction.MLOPS, SignOffDecision.TAKE_BACK);
    house.await(id, GateState.SUSPENDED);
    house.signal(id, Message.SIGN_OFF, waiver);
    house.approve(id, "sven@example.com", GateFunction.SECURITY);
    assertThatThrownBy(() -> house.order(id, OrderKind.RESTORE))
        .isInstanceOfSatisfying(
            GateException.class, e -> assertThat(e.type()).isEqualTo(FailureType.NOT_APPROVED));
    assertThat(house.login(FIRST)).isEmpty();
  }

  @Test
  void aWaiverBeyondThePolicyIsRefusedAndOnTheRecord() {
    String waiver = waiver(Duration.ofDays(8));
    assertThatThrownBy(() -> house.send(id, Message.SIGN_OFF, waiver))
        .isInstanceOfSatisfying(
            GateException.class, e -> assertThat(e.type()).isEqualTo(FailureType.WAIVER_TOO_LONG));
    assertThat(house.record.entries().entries(id, Set.of(EntryKind.REFUSAL)))
        .anyMatch(entry -> entry.body().text().contains("WAIVER_TOO_LONG"));
  }

  @Test
  void aWaiverOfOneReleaseIsNoneOfAnother() {
    ReleaseId other = house.awaiting(house.version("2026.11.7"));
    String waiver = waiver(Duration.ofDays(2));
    assertThatThrownBy(() -> house.send(other, Message.SIGN_OFF, waiver))
        .isInstanceOfSatisfying(
            GateException.class, e -> assertThat(e.type()).isEqualTo(FailureType.WRONG_RELEASE));
  }

  @Test
  void aWaiverThatEndedBeforeTheGrantGrantsNothing() {
    waive(Duration.ofHours(1));
    house.approve(id, MARA, GateFunction.MLOPS);
    house.approve(id, "sven@example.com", GateFunction.SECURITY);
    house.pass(Duration.ofHours(2));
    house.approve(id, "rita@example.com", GateFunction.RISK);
    GateView view = house.view(id);
    assertThat(view.state()).isEqualTo(GateState.AWAITING_SIGN_OFF);
    assertThat(view.decision().checks()).containsExactly(QUALITY);
    assertThat(house.record.grants().grants(id)).isEmpty();
  }
}
