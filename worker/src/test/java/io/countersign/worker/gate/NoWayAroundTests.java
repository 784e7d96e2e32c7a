package io.countersign.worker.gate;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.countersign.activities.port.CredentialBroker;
import io.countersign.failure.GateException;
import io.countersign.gate.GateView;
import io.countersign.policy.GateFunction;
import io.countersign.record.Grant;
import io.countersign.record.GrantOrder;
import io.countersign.record.GrantRequestKey;
import io.countersign.record.GrantState;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Nothing but the gate's own path leads to a grant (I15). The house is in its development profile,
 * which is the most that a setting can allow.
 */
class NoWayAroundTests {
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

  @ParameterizedTest
  @EnumSource
  void noOrderGrantsWhatNobodySigned(OrderKind kind) {
    ReleaseId id = house.awaiting(FIRST);
    order(id, kind);
    grantedNothing(id);
  }

  @ParameterizedTest
  @EnumSource
  void noOrderStandsInForTheVoiceThatIsMissing(OrderKind kind) {
    ReleaseId id = house.awaiting(FIRST);
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    house.approve(id, "sven@example.com", GateFunction.SECURITY);
    order(id, kind);
    grantedNothing(id);
  }

  /**
   * With the worker's login to the record anybody can open a grant that the gate then goes on with.
   */
  @Test
  void aGrantThatWasOpenedByHandGivesNoMoreTimeThanPeopleApproved() {
    ReleaseId id = house.awaiting(FIRST);
    Gatehouse.await(
        () ->
            house.view(id).identityProvedAt() != null
                || house.record.identities().identityProof(id).isPresent(),
        proved -> proved);
    Instant now = house.clock.instant();
    house
        .record
        .grants()
        .openGrant(
            new GrantOrder(
                id,
                new GrantRequestKey("by/hand"),
                now.plus(Duration.ofDays(3649)),
                now.plus(Duration.ofDays(3650)),
                "unit",
                "nobody's"));
    house.approveAll(id);
    GateView live = house.await(id, GateState.LIVE);
    List<Grant> grants = house.record.grants().grants(id);
    assertThat(grants).hasSize(2);
    assertThat(grants.get(0).state()).isEqualTo(GrantState.REVOKED);
    assertThat(grants.get(0).liveAt()).as("what was opened by hand was never live").isNull();
    assertThat(live.grantId()).isEqualTo(grants.get(1).grantId().toString());
    assertThat(live.expiresAt())
        .as("what people approved they got, for as long as they approved")
        .isEqualTo(grants.get(1).openedAt().plus(Duration.ofDays(30)));
  }

  @Test
  void nobodyButTheWorkersOwnAssemblyReachesTheGrantOrTheBroker() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.countersign.worker.cli..",
            "io.countersign.worker.api..",
            "io.countersign.worker.gateway..",
            "io.countersign.worker.page..",
            "io.countersign.worker.remote..",
            "io.countersign.worker.serve..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.countersign.activities.grant..")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(CredentialBroker.class)
        .because("a command or a request can ask the gate, never Vault")
        .check(
            new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.countersign.worker"));
  }

  private void order(ReleaseId id, OrderKind kind) {
    try {
      house.order(id, kind);
    } catch (GateException refused) {
      assertThat(refused.type().name()).isNotBlank();
    }
  }

  private void grantedNothing(ReleaseId id) {
    GateState state =
        Gatehouse.await(
                () -> house.view(id),
                view ->
                    view.state().ended()
                        || view.state() == GateState.AWAITING_SIGN_OFF
                        || view.state() == GateState.LIVE)
            .state();
    assertThat(state).isNotEqualTo(GateState.LIVE);
    assertThat(house.login(FIRST)).isEmpty();
    assertThat(house.record.grants().grants(id)).isEmpty();
  }
}
