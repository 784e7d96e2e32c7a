package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.adapter.files.ConfiguredRules.Endorsement;
import io.countersign.activities.audit.Audit;
import io.countersign.activities.audit.BundleVerifier.Options;
import io.countersign.failure.GateException;
import io.countersign.policy.GateFunction;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import io.countersign.worker.engine.ExampleSystem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * However a release ends, what the gate wrote of it verifies, and says how it ended (I11): a false
 * alarm would teach auditors to look away.
 */
class EveryEndVerifiesTests {
  private static final String FIRST = "2026.11.1";
  private static final String SECOND = "2026.11.2";

  @TempDir Path directory;
  private UnitHouse house;

  @BeforeEach
  void open() throws IOException {
    ExampleSystem example = UnitHouse.copy(directory);
    example.shorten("cutoverGrace", "10m", "1s");
    house = new UnitHouse(example, Endorsement.none());
  }

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void rejectedByAPersonAfterAYes() throws IOException {
    ReleaseId id = house.awaiting(FIRST);
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    house.reject(id, "sven@example.com", GateFunction.SECURITY);
    Audit audit = ended(id, GateState.REJECTED);
    assertThat(audit.proved()).noneMatch(line -> line.startsWith("Access was given"));
  }

  @Test
  void rejectedBecauseBytesChangedAfterTheSignOff() throws IOException {
    ReleaseId id = house.awaiting(FIRST);
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    house.approve(id, "sven@example.com", GateFunction.SECURITY);
    Path model = house.example.directory().resolve("models/1/model.onnx");
    byte[] bytes = Files.readAllBytes(model);
    bytes[bytes.length / 2] ^= 1;
    Files.write(model, bytes);
    house.approve(id, "rita@example.com", GateFunction.RISK);
    ended(id, GateState.REJECTED);
  }

  @Test
  void aFailedCheckThatNobodyWaives() throws IOException {
    demandMore();
    ReleaseId id = house.awaiting(FIRST);
    house.approveAll(id);
    assertThat(house.view(id).state()).isEqualTo(GateState.AWAITING_SIGN_OFF);
    house.order(id, "pia@example.com", OrderKind.WITHDRAW);
    ended(id, GateState.WITHDRAWN);
  }

  @Test
  void aFailedCheckThatSomebodyWaives() throws IOException {
    demandMore();
    ReleaseId id = house.awaiting(FIRST);
    house.waive(id, "mara@example.com", GateFunction.MLOPS, "mlops.model-quality");
    house.approveAll(id);
    house.await(id, GateState.LIVE);
    house.order(id, OrderKind.RETIRE);
    ended(id, GateState.RETIRED);
  }

  private void demandMore() throws IOException {
    Path gate = house.example.directory().resolve("gate.yaml");
    String text = Files.readString(gate);
    Files.writeString(gate, text.replace("auc: {min: 0.70", "auc: {min: 0.99"));
    assertThat(Files.readString(gate)).isNotEqualTo(text);
  }

  @Test
  void withdrawnAfterEverybodyButOneHasSigned() throws IOException {
    ReleaseId id = house.awaiting(FIRST);
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    house.approve(id, "sven@example.com", GateFunction.SECURITY);
    house.order(id, "pia@example.com", OrderKind.WITHDRAW);
    ended(id, GateState.WITHDRAWN);
  }

  @Test
  void whatWasRefusedOnTheWayStandsInIt() throws IOException {
    ReleaseId id = house.awaiting(FIRST);
    refused(() -> house.approve(id, "pia@example.com", GateFunction.RISK));
    refused(() -> house.approve(id, "mara@example.com", GateFunction.SECURITY));
    refused(() -> house.order(id, "sven@example.com", OrderKind.RESTORE));
    house.approveAll(id);
    house.await(id, GateState.LIVE);
    house.order(id, OrderKind.RETIRE);
    Audit audit = ended(id, GateState.RETIRED);
    assertThat(house.record.entries().entries(id, Set.of(EntryKind.REFUSAL)))
        .hasSizeGreaterThanOrEqualTo(2);
    assertThat(audit.proved()).anyMatch(line -> line.startsWith("Access was given once"));
  }

  @Test
  void checkedAgainAndSignedAgain() throws IOException {
    ReleaseId id = house.awaiting(FIRST);
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    house.order(id, OrderKind.RECHECK);
    Gatehouse.await(
        () -> house.view(id),
        view -> view.state() == GateState.AWAITING_SIGN_OFF && view.round() == 2);
    house.approveAll(id);
    house.await(id, GateState.LIVE);
    house.order(id, OrderKind.RETIRE);
    ended(id, GateState.RETIRED);
  }

  @Test
  void suspendedByATakeBackSignedAnewAndRestored() throws IOException {
    ReleaseId id = live(FIRST);
    house.say(id, "mara@example.com", GateFunction.MLOPS, SignOffDecision.TAKE_BACK);
    house.await(id, GateState.SUSPENDED);
    assertThat(verify(id, new Options(true, null)).findings()).isEmpty();
    refused(() -> house.order(id, OrderKind.RESTORE));
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    house.order(id, OrderKind.RESTORE);
    house.await(id, GateState.LIVE);
    assertThat(verify(id, new Options(true, null)).findings()).isEmpty();
    house.order(id, OrderKind.RETIRE);
    Audit audit = ended(id, GateState.RETIRED);
    assertThat(audit.proved()).anyMatch(line -> line.startsWith("Access was given 2 times"));
  }

  @Test
  void supersededThenGrantedAgainByTheRollbackOfItsSuccessor() throws IOException {
    ReleaseId first = live(FIRST);
    ReleaseId second = house.awaiting(SECOND);
    house.approveAll(second);
    house.approve(second, "sina@example.com", GateFunction.SECURITY);
    house.await(second, GateState.LIVE);
    house.await(first, GateState.STANDBY);
    assertThat(verify(first, new Options(true, null)).findings()).isEmpty();
    house.order(second, OrderKind.ROLLBACK);
    house.await(first, GateState.LIVE);
    ended(second, GateState.ROLLED_BACK);
    assertThat(verify(first, new Options(true, null)).findings()).isEmpty();
    house.order(first, OrderKind.RETIRE);
    Audit audit = ended(first, GateState.RETIRED);
    assertThat(audit.proved()).anyMatch(line -> line.startsWith("Access was given 2 times"));
  }

  @Test
  void theGatesKeyIsRotatedInTheMiddle() throws IOException {
    ReleaseId id = house.awaiting(FIRST);
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    verify(id, new Options(true, null));
    house.key.rotate();
    house.approve(id, "sven@example.com", GateFunction.SECURITY);
    house.approve(id, "rita@example.com", GateFunction.RISK);
    house.await(id, GateState.LIVE);
    house.order(id, OrderKind.RETIRE);
    ended(id, GateState.RETIRED);
    byte[] bundle = Auditor.bundle(house, id);
    assertThat(new String(bundle, StandardCharsets.UTF_8))
        .contains(house.key.versions().get(0).keyId(), house.key.versions().get(1).keyId());
    // Whoever was told of the newest version alone believes none of the older statements.
    assertThat(Auditor.of(house).withoutTheOldestKey().closed(bundle).verified()).isFalse();
  }

  private ReleaseId live(String version) {
    ReleaseId id = house.awaiting(version);
    house.approveAll(id);
    house.await(id, GateState.LIVE);
    return id;
  }

  private static void refused(Runnable message) {
    Optional<GateException> refusal = Optional.empty();
    try {
      message.run();
    } catch (GateException e) {
      refusal = Optional.of(e);
    }
    assertThat(refusal).isPresent();
  }

  private Audit ended(ReleaseId id, GateState end) throws IOException {
    house.await(id, end);
    Gatehouse.await(
        () -> house.record.entries().entries(id, Set.of(EntryKind.COMPLETE)),
        complete -> !complete.isEmpty());
    Audit audit = verify(id, new Options(false, null));
    assertThat(audit.findings()).isEmpty();
    assertThat(audit.verified()).isTrue();
    assertThat(audit.end()).isEqualTo(end.name());
    return audit;
  }

  private Audit verify(ReleaseId id, Options options) {
    return Auditor.of(house).verify(Auditor.bundle(house, id), options);
  }
}
