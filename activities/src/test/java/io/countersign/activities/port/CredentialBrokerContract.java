package io.countersign.activities.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.GrantProof;
import io.countersign.grant.GrantSpec;
import io.countersign.grant.Inspection;
import io.countersign.grant.ProbeState;
import io.countersign.grant.RevocationProof;
import io.countersign.grant.Slot;
import io.countersign.grant.SlotRole;
import io.countersign.grant.SystemRef;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.release.Span;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every credential broker must do. */
public abstract class CredentialBrokerContract {
  protected static final String SUBJECT = "spiffe://prod.example.com/fraud-scorer";
  protected static final String AUDIENCE = "vault";
  protected static final String POLICY = "fraud-read";
  protected static final String OTHER_POLICY = "fraud-tools";

  protected SystemRef system;
  protected CredentialBroker broker;

  /** The broker under test. */
  protected abstract CredentialBroker broker();

  /** A system with two empty slots that no other test uses. */
  protected abstract SystemRef freshSystem();

  /** The body of {@link #POLICY}. */
  protected abstract String policyBody();

  /** Logs the workload in with a role and answers its token. Throws when it is refused. */
  protected abstract String login(SystemRef system, Slot slot, String role);

  protected abstract boolean works(String token);

  @BeforeEach
  void begin() {
    broker = broker();
    system = freshSystem();
  }

  protected GrantSpec spec(String version, Slot slot) {
    return new GrantSpec(
        system.release(version),
        slot,
        SUBJECT,
        AUDIENCE,
        List.of(POLICY),
        Span.parse("15m"),
        Span.parse("1d"));
  }

  @Test
  void aFreshSystemHasTwoEmptySlots() {
    assertThat(broker.inspect(system, Slot.A).isEmpty()).isTrue();
    assertThat(broker.inspect(system, Slot.B).isEmpty()).isTrue();
    assertThat(broker.list(system)).isEmpty();
  }

  @Test
  void aGrantLetsTheWorkloadInAndIsProvedWhole() {
    GrantProof proof = broker.grant(spec("1.0", Slot.A));

    assertThat(proof.role()).isEqualTo(SlotRole.of(spec("1.0", Slot.A)));
    assertThat(proof.policies())
        .containsOnlyKeys(POLICY)
        .containsEntry(POLICY, Digest.of(policyBody().getBytes(StandardCharsets.UTF_8)));
    assertThat(works(login(system, Slot.A, "1.0"))).isTrue();
    Inspection seen = broker.inspect(system, Slot.A);
    assertThat(seen.roles()).containsExactly(proof.role());
    assertThat(seen.liveLeases()).isEqualTo(1);
  }

  @Test
  void aGrantWrittenTwiceIsTheSameGrantAndKeepsItsTokens() {
    GrantProof first = broker.grant(spec("1.0", Slot.A));
    String token = login(system, Slot.A, "1.0");
    GrantProof second = broker.grant(spec("1.0", Slot.A));

    assertThat(second.role()).isEqualTo(first.role());
    assertThat(second.policies()).isEqualTo(first.policies());
    assertThat(works(token)).isTrue();
  }

  @Test
  void aSlotThatHoldsAnotherReleaseIsRefused() {
    broker.grant(spec("1.0", Slot.A));

    fails(FailureType.RECORD_CONFLICT, () -> broker.grant(spec("2.0", Slot.A)));
    fails(FailureType.RECORD_CONFLICT, () -> broker.openProbe(system, Slot.A, SUBJECT, AUDIENCE));
    assertThat(broker.list(system)).extracting(SlotRole::name).containsExactly("1.0");
  }

  @Test
  void aRoleThatSaysSomethingElseIsNotTakenOver() {
    broker.grant(spec("1.0", Slot.A));
    GrantSpec shorter =
        new GrantSpec(
            system.release("1.0"),
            Slot.A,
            SUBJECT,
            AUDIENCE,
            List.of(POLICY),
            Span.parse("1m"),
            Span.parse("1d"));

    fails(FailureType.RECORD_CONFLICT, () -> broker.grant(shorter));
  }

  @Test
  void aGrantWithAPolicyThatDoesNotExistIsRefusedBeforeAnythingIsWritten() {
    GrantSpec missing =
        new GrantSpec(
            system.release("1.0"),
            Slot.A,
            SUBJECT,
            AUDIENCE,
            List.of("fraud-missing"),
            Span.parse("1m"),
            Span.parse("1d"));

    fails(FailureType.OUTSIDE_POLICY, () -> broker.grant(missing));
    assertThat(broker.inspect(system, Slot.A).isEmpty()).isTrue();
  }

  @Test
  void revocationEndsEveryTokenOfTheReleaseAndNoOther() {
    broker.grant(spec("1.0", Slot.A));
    broker.grant(spec("2.0", Slot.B));
    String first = login(system, Slot.A, "1.0");
    String second = login(system, Slot.A, "1.0");
    String successor = login(system, Slot.B, "2.0");

    RevocationProof proof = broker.revoke(system.release("1.0"), Slot.A);

    assertThat(proof.roleWasPresent()).isTrue();
    assertThat(proof.leasesFound()).isEqualTo(2);
    assertThat(proof.readable()).containsExactly(POLICY);
    assertThat(works(first)).isFalse();
    assertThat(works(second)).isFalse();
    assertThat(works(successor)).isTrue();
    assertThat(broker.inspect(system, Slot.A).isEmpty()).isTrue();
    assertThatExceptionOfType(GateException.class).isThrownBy(() -> login(system, Slot.A, "1.0"));
  }

  @Test
  void whatIsAlreadyGoneIsProvedGone() {
    RevocationProof proof = broker.revoke(system.release("1.0"), Slot.A, List.of(POLICY));

    assertThat(proof.roleWasPresent()).isFalse();
    assertThat(proof.leasesFound()).isZero();
    assertThat(proof.readable()).containsExactly(POLICY);
    assertThat(proof.at()).isAfterOrEqualTo(proof.firstEmptyAt());
  }

  @Test
  void aStaleRevocationDoesNotTouchTheNextReleaseInTheSlot() {
    broker.grant(spec("2.0", Slot.A));
    String token = login(system, Slot.A, "2.0");

    fails(FailureType.RECORD_CONFLICT, () -> broker.revoke(system.release("1.0"), Slot.A));
    assertThat(works(token)).isTrue();
  }

  @Test
  void aRevokedReleaseCanBeGrantedAgain() {
    broker.grant(spec("1.0", Slot.A));
    String old = login(system, Slot.A, "1.0");
    broker.revoke(system.release("1.0"), Slot.A);
    broker.grant(spec("1.0", Slot.A));

    assertThat(works(old)).isFalse();
    assertThat(works(login(system, Slot.A, "1.0"))).isTrue();
  }

  @Test
  void theProbeSeesTheWorkloadAndLeavesNothing() {
    broker.openProbe(system, Slot.A, SUBJECT, AUDIENCE);
    assertThat(broker.probe(system, Slot.A)).isEqualTo(ProbeState.NOT_SEEN);
    String token = login(system, Slot.A, SlotRole.PROBE);
    assertThat(broker.probe(system, Slot.A)).isEqualTo(ProbeState.SEEN);
    broker.openProbe(system, Slot.A, SUBJECT, AUDIENCE);
    assertThat(broker.probe(system, Slot.A)).isEqualTo(ProbeState.SEEN);

    broker.closeProbe(system, Slot.A);

    assertThat(works(token)).isFalse();
    assertThat(broker.inspect(system, Slot.A).isEmpty()).isTrue();
    broker.closeProbe(system, Slot.A);
    fails(FailureType.RECORD_CONFLICT, () -> broker.probe(system, Slot.A));
  }

  @Test
  void anOpenProbeMustBeClosedBeforeTheGrant() {
    broker.openProbe(system, Slot.A, SUBJECT, AUDIENCE);

    fails(FailureType.RECORD_CONFLICT, () -> broker.grant(spec("1.0", Slot.A)));
    broker.closeProbe(system, Slot.A);
    broker.grant(spec("1.0", Slot.A));
  }

  @Test
  void aSystemWithoutSlotsIsNotOnboarded() {
    SystemRef unknown = new SystemRef("nowhere", "nothing");
    ReleaseId release = unknown.release("1.0");

    failsInOneOf(() -> broker.inspect(unknown, Slot.A));
    failsInOneOf(() -> broker.revoke(release, Slot.A));
  }

  @Test
  void policiesAreReadByNameAndAMissingOneIsRefused() {
    assertThat(broker.policies(List.of(POLICY)))
        .containsOnlyKeys(POLICY)
        .containsValue(policyBody());
    fails(FailureType.OUTSIDE_POLICY, () -> broker.policies(List.of(POLICY, "fraud-missing")));
  }

  @Test
  void bothSlotsAcceptTheSameIdentity() {
    assertThat(broker.identity(system).slotsAgree()).isTrue();
  }

  protected static void fails(FailureType type, ThrowingCallable call) {
    assertThatExceptionOfType(GateException.class)
        .isThrownBy(call)
        .satisfies(failure -> assertThat(failure.type()).isEqualTo(type));
  }

  /** A gate that was never given the system may be told either. */
  private static void failsInOneOf(ThrowingCallable call) {
    assertThatExceptionOfType(GateException.class)
        .isThrownBy(call)
        .satisfies(
            failure ->
                assertThat(failure.type())
                    .isIn(FailureType.NOT_ONBOARDED, FailureType.VAULT_DENIED));
  }
}
