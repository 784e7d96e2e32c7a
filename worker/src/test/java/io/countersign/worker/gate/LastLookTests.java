package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activity.RecordActivities.Telling;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.gate.GateView;
import io.countersign.policy.GateFunction;
import io.countersign.record.EntryKind;
import io.countersign.record.GrantState;
import io.countersign.release.Digest;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the gate looks at last, right before and right after it writes a role (I1, I2). */
class LastLookTests {
  private static final String FIRST = "2026.11.1";

  @TempDir Path directory;
  private UnitHouse house;

  @BeforeEach
  void open() throws IOException {
    house = new UnitHouse(directory);
  }

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void evidenceThatTheArchiveLostAfterTheSignOffIsNotGrantedOn() throws IOException {
    ReleaseId id = awaitingRisk();
    house.record.lost.add(metrics());
    house.approve(id, "rita@example.com", GateFunction.RISK);
    assertThat(house.await(id, GateState.REJECTED).reasonType())
        .isEqualTo(FailureType.RECORD_CONFLICT);
    assertThat(house.view(id).reason()).contains("metrics.json");
    nothingGranted(id);
  }

  @Test
  void evidenceThatChangedInTheArchiveAfterTheSignOffIsNotGrantedOn() throws IOException {
    ReleaseId id = awaitingRisk();
    house.record.changed.add(metrics());
    house.approve(id, "rita@example.com", GateFunction.RISK);
    assertThat(house.await(id, GateState.REJECTED).reasonType())
        .isEqualTo(FailureType.DIGEST_MISMATCH);
    nothingGranted(id);
  }

  @Test
  void evidenceWhoseFileChangesAfterItWasJudgedIsStillWhatWasJudged() throws IOException {
    ReleaseId id = awaitingRisk();
    Files.writeString(metricsFile(), "{}");
    house.approve(id, "rita@example.com", GateFunction.RISK);
    house.await(id, GateState.LIVE);
    assertThat(house.login(FIRST)).isPresent();
  }

  @Test
  void evidenceThatNoCheckReadsIsRefusedBeforeAnybodySigns() {
    house.example.leaveOut("mlops.artifact-integrity", "mlops.lineage");
    ReleaseId id = house.start(FIRST);
    GateView view = house.await(id, GateState.REJECTED);
    assertThat(view.reasonType()).isEqualTo(FailureType.OUTSIDE_POLICY);
    assertThat(view.reason()).contains("no check of tier strong reads");
  }

  @Test
  void aPolicyThatChangesWhileTheRoleIsWrittenEndsTheRoleAndVoidsTheSignOffs() throws IOException {
    ReleaseId id = awaitingRisk();
    String body = Files.readString(house.example.directory().resolve("vault/fraud-read.hcl"));
    house.broker.beforeGrant =
        () -> {
          house.broker.beforeGrant = () -> {};
          house.vault.policy("fraud-read", body + "\n# one more line\n");
        };
    house.approve(id, "rita@example.com", GateFunction.RISK);
    GateView after =
        Gatehouse.await(
            () -> house.view(id),
            view -> view.round() == 2 && view.state() == GateState.AWAITING_SIGN_OFF);
    assertThat(after.decision().awaiting()).containsExactly("mlops", "security", "risk");
    assertThat(house.record.grants().grants(id))
        .singleElement()
        .satisfies(
            grant -> {
              assertThat(grant.state()).isEqualTo(GrantState.REVOKED);
              assertThat(grant.liveAt()).isNull();
            });
    assertThat(house.login(FIRST)).isEmpty();
  }

  @Test
  void whatIsToldInAWorkflowsNameIsNeverLive() {
    ReleaseId id = house.awaiting(FIRST);
    house
        .assembly
        .records()
        .tell(new Telling(id, EntryKind.STATE, "forged", GateState.LIVE, "forged"));
    assertThat(house.record.releases().status(id).orElseThrow().state()).isEqualTo("UNCONFIRMED");
    Assertions.assertThatThrownBy(
            () ->
                house
                    .assembly
                    .records()
                    .tell(new Telling(id, EntryKind.COMPLETE, "x", GateState.LIVE, "forged")))
        .isInstanceOfSatisfying(
            GateException.class, e -> assertThat(e.type()).isEqualTo(FailureType.RECORD_CONFLICT));
    house.approveAll(id);
    house.await(id, GateState.LIVE);
    assertThat(house.record.releases().status(id).orElseThrow().state()).isEqualTo("LIVE");
  }

  private ReleaseId awaitingRisk() {
    ReleaseId id = house.awaiting(FIRST);
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    house.approve(id, "sven@example.com", GateFunction.SECURITY);
    return id;
  }

  private Path metricsFile() {
    return house
        .example
        .directory()
        .resolve(house.example.locked(FIRST).manifest().evidence().metrics());
  }

  private Digest metrics() throws IOException {
    return Digest.of(Files.readAllBytes(metricsFile()));
  }

  private void nothingGranted(ReleaseId id) {
    assertThat(house.record.entries().entries(id, Set.of(EntryKind.GRANT))).isEmpty();
    assertThat(house.record.grants().grants(id)).isEmpty();
    assertThat(house.login(FIRST)).isEmpty();
  }
}
