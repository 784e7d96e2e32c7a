package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.audit.Audit;
import io.countersign.failure.FailureType;
import io.countersign.gate.GateView;
import io.countersign.policy.GateFunction;
import io.countersign.record.EntryKind;
import io.countersign.release.Digest;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.worker.gateway.Gateway.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A supplier is withdrawn in the rules that are in force: before, at and after the grant. */
class WithdrawnSupplierTests {
  private static final String FIRST = "2026.11.1";
  private static final String SUPPLIER =
      "    endpoints: [api.payments.example.com]\n    dataClasses: [pii, financial]\n";
  private static final String WITHDRAWN =
      "    withdrawn: {since: 2026-01-01T00:00:00Z, reason: It lost data.}\n";

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

  private void withdraw() {
    house.rules("gate.yaml", SUPPLIER, SUPPLIER + WITHDRAWN);
  }

  @Test
  void beforeTheSubmissionTheCheckFailsAndNobodyCanWaiveIt() {
    withdraw();
    ReleaseId id = house.awaiting(FIRST);
    assertThat(house.view(id).checks())
        .anySatisfy(
            check -> {
              assertThat(check.check()).isEqualTo("security.dependencies");
              assertThat(check.summary()).contains("payments-api", "is withdrawn: It lost data.");
            });
    house.waive(id, "sven@example.com", GateFunction.SECURITY, "security.dependencies");
    house.approveAll(id);
    GateView view = house.await(id, GateState.REJECTED);
    assertThat(view.reasonType()).isEqualTo(FailureType.SUPPLIER_WITHDRAWN);
    assertThat(house.record.grants().grants(id)).isEmpty();
  }

  @Test
  void afterTheSignOffsNothingIsGranted() {
    ReleaseId id = house.awaiting(FIRST);
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    house.approve(id, "sven@example.com", GateFunction.SECURITY);
    withdraw();
    house.approve(id, "rita@example.com", GateFunction.RISK);
    GateView view = house.await(id, GateState.REJECTED);
    assertThat(view.reasonType()).isEqualTo(FailureType.SUPPLIER_WITHDRAWN);
    assertThat(house.record.grants().grants(id)).isEmpty();
    assertThat(house.login(FIRST)).isEmpty();
    house.ended(id, GateState.REJECTED);
    Auditor.of(house).holds(Auditor.bundle(house, id));
  }

  @Test
  void whileItIsLiveTheReleaseIsSuspendedUntilAPersonRestoresIt() {
    ReleaseId id = house.live(FIRST);
    assertThat(house.login(FIRST)).isPresent();
    withdraw();
    house.pass(Duration.ofMinutes(6));
    GateView view = house.await(id, GateState.SUSPENDED);
    assertThat(view.reasonType()).isEqualTo(FailureType.SUPPLIER_WITHDRAWN);
    assertThat(view.reason())
        .isEqualTo("supplier payments-api of payments-api is withdrawn: It lost data.");
    assertThat(house.login(FIRST)).isEmpty();
    assertThat(house.record.entries().entries(id, Set.of(EntryKind.DRIFT)))
        .singleElement()
        .satisfies(entry -> assertThat(entry.body().text()).contains("SUPPLIER_WITHDRAWN"));

    house.signal(id, Message.ORDER, restore(id));
    Gatehouse.await(() -> house.view(id).refusals(), refusals -> refusals == 1);
    assertThat(house.record.entries().entries(id, Set.of(EntryKind.REFUSAL)))
        .singleElement()
        .satisfies(entry -> assertThat(entry.body().text()).contains("SUPPLIER_WITHDRAWN"));
    assertThat(house.view(id).state()).isEqualTo(GateState.SUSPENDED);
    goesOn(id);

    house.rules("gate.yaml", WITHDRAWN, "");
    house.order(id, OrderKind.RESTORE);
    house.await(id, GateState.LIVE);
    assertThat(house.login(FIRST)).isPresent();
    house.order(id, OrderKind.RETIRE);
    house.ended(id, GateState.RETIRED);
    assertThat(Auditor.of(house).holds(Auditor.bundle(house, id)).proved())
        .anyMatch(line -> line.startsWith("Access was given 2 times"));
  }

  @Test
  void aWithdrawalThatIsAnnouncedSuspendsWhenItsTimeHasCome() {
    ReleaseId id = house.live(FIRST);
    String since = house.clock.instant().plus(Duration.ofHours(1)).toString();
    house.rules(
        "gate.yaml",
        SUPPLIER,
        SUPPLIER + WITHDRAWN.replace("2026-01-01T00:00:00Z", '"' + since + '"'));
    house.pass(Duration.ofMinutes(50));
    assertThat(house.view(id).state()).isEqualTo(GateState.LIVE);
    house.pass(Duration.ofMinutes(20));
    house.await(id, GateState.SUSPENDED);
  }

  @Test
  void noRollbackBringsAReleaseBackThatDependsOnItToo() {
    house.rules("gate.yaml", "cutoverGrace: 10m", "cutoverGrace: 1s");
    ReleaseId first = house.live(FIRST);
    ReleaseId second = house.live(house.version("2026.11.4"));
    house.await(first, GateState.STANDBY);
    withdraw();
    house.order(second, OrderKind.ROLLBACK);
    house.ended(second, GateState.ROLLED_BACK);
    GateView view = Gatehouse.await(() -> house.view(first), seen -> seen.reasonType() != null);
    assertThat(view.reasonType()).isEqualTo(FailureType.SUPPLIER_WITHDRAWN);
    house.await(first, GateState.STANDBY);
    assertThat(house.login(FIRST)).isEmpty();
  }

  @Test
  void whatASupplierSignedMustStillBeInTheArchive() throws IOException {
    Path file = house.example.directory().resolve("reports/payments.sig");
    Files.writeString(file, "not looked at without a key");
    house.rules(
        "releases/" + FIRST + "/release.yaml",
        "    owner: payments@example.com\n",
        "    owner: payments@example.com\n    digest: \"sha256:"
            + "1".repeat(64)
            + "\"\n    publisher: {signature: reports/payments.sig}\n");
    ReleaseId id = house.awaiting(FIRST);
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    house.approve(id, "sven@example.com", GateFunction.SECURITY);
    house.record.lost.add(Digest.of(Files.readAllBytes(file)));
    house.approve(id, "rita@example.com", GateFunction.RISK);
    GateView view = house.await(id, GateState.REJECTED);
    assertThat(view.reasonType()).isEqualTo(FailureType.RECORD_CONFLICT);
    assertThat(view.reason()).contains("payments.sig");
  }

  @Test
  void rulesThatCannotBeReadSuspendNothingAndHideNothing() throws IOException {
    ReleaseId id = house.live(FIRST);
    house.vault.policy("fraud-read", "path \"kv/*\" { capabilities = [\"read\"] }");
    Files.writeString(house.example.directory().resolve("gate.yaml"), "{");
    house.pass(Duration.ofMinutes(6));
    assertThat(house.await(id, GateState.SUSPENDED).reasonType())
        .isEqualTo(FailureType.SCOPE_CHANGED);
  }

  private String restore(ReleaseId id) {
    return house.people.order(house.view(id), "otto@example.com", OrderKind.RESTORE);
  }

  private Audit goesOn(ReleaseId id) {
    return Auditor.of(house).holdsOpen(Auditor.bundle(house, id));
  }
}
