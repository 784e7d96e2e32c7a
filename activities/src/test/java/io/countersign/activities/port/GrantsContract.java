package io.countersign.activities.port;

import static io.countersign.activities.port.EntriesContract.together;
import static io.countersign.activities.port.RecordFixture.newSystem;
import static io.countersign.activities.port.RecordFixture.order;
import static io.countersign.activities.port.RecordFixture.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.Slot;
import io.countersign.record.Grant;
import io.countersign.record.GrantState;
import io.countersign.record.GrantTicket;
import io.countersign.record.JsonDocument;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every record holds about grants (invariants I3, I7, I12). */
public interface GrantsContract extends RecordFixture {
  @Test
  default void handsAnOpenGrantOverToAnotherRunAndStopsTheFirst() {
    ReleaseId id = frozenRelease();
    GrantTicket first = liveGrant(id, "grant/1");
    Grant before = record().grants().grants(id).get(0);
    GrantTicket second = record().grants().takeOver(id, "namespace-1", "run-2").orElseThrow();
    assertThat(record().grants().takeOver(id, "namespace-1", "run-2")).contains(second);
    assertThat(second.grantId()).isEqualTo(first.grantId());
    assertThat(second.expiresAt()).isEqualTo(first.expiresAt());
    assertThat(second.fence()).isGreaterThan(first.fence());
    refused(FailureType.RECORD_CONFLICT, () -> write(first));
    write(second);
    assertThat(record().grants().grants(id))
        .singleElement()
        .isEqualTo(before.of("run-2", second.fence()));
  }

  @Test
  default void handsNothingOverThatIsNotThere() {
    ReleaseId id = frozenRelease();
    assertThat(record().grants().takeOver(id, "namespace-1", "run-2")).isEmpty();
    open(id, "grant/1");
    refused(
        FailureType.RECORD_CONFLICT, () -> record().grants().takeOver(id, "elsewhere", "run-2"));
    record().grants().beginRevocation(id);
    refused(
        FailureType.RECORD_CONFLICT, () -> record().grants().takeOver(id, "namespace-1", "run-2"));
    revoke(id);
    assertThat(record().grants().takeOver(id, "namespace-1", "run-2")).isEmpty();
  }

  @Test
  default void goesFromWritingToRevoked() {
    ReleaseId id = frozenRelease();
    GrantTicket ticket = open(id, "grant/1");
    assertThat(only(id).state()).isEqualTo(GrantState.WRITING);
    assertThat(ticket).isEqualTo(only(id).ticket());
    assertThat(ticket.expiresAt()).isEqualTo(NOW.plus(VALIDITY));
    Grant seen = write(ticket);
    assertThat(seen.grantId()).isEqualTo(ticket.grantId());
    Grant live = only(id);
    assertThat(live.state()).isEqualTo(GrantState.LIVE);
    assertThat(live.liveAt()).isEqualTo(NOW);
    assertThat(live.spec()).isEqualTo(SPEC);
    assertThat(live.grantProof()).isEqualTo(PROOF);
    assertThat(record().grants().openGrants()).contains(live);
    Grant revoking = record().grants().beginRevocation(id).orElseThrow();
    assertThat(revoking.state()).isEqualTo(GrantState.REVOKING);
    assertThat(revoking.fence()).isGreaterThan(live.fence());
    assertThat(record().grants().beginRevocation(id)).contains(revoking);
    record().grants().closeGrant(ticket.grantId(), PROOF, NOW.plusSeconds(9));
    record().grants().closeGrant(ticket.grantId(), SPEC, NOW.plusSeconds(20));
    Grant revoked = only(id);
    assertThat(revoked.state()).isEqualTo(GrantState.REVOKED);
    assertThat(revoked.closedAt()).isEqualTo(NOW.plusSeconds(9));
    assertThat(revoked.revocationProof()).isEqualTo(PROOF);
    assertThat(revoked.liveAt()).isEqualTo(NOW);
    assertThat(record().grants().openGrants(id.environment(), id.system())).isEmpty();
    assertThat(record().grants().beginRevocation(id)).isEmpty();
  }

  @Test
  default void answersTheSameTicketForTheSameKey() {
    ReleaseId id = frozenRelease();
    GrantTicket ticket = open(id, "grant/1");
    assertThat(open(id, "grant/1")).isEqualTo(ticket);
    refused(FailureType.RECORD_CONFLICT, () -> open(id, "grant/2"));
    revoke(id);
    GrantTicket late = open(id, "grant/1");
    assertThat(late.grantId()).isEqualTo(ticket.grantId());
    refused(FailureType.RECORD_CONFLICT, () -> write(late));
    GrantTicket second = open(id, "grant/2");
    assertThat(second.grantId()).isNotEqualTo(ticket.grantId());
    assertThat(second.fence()).isGreaterThan(ticket.fence());
    assertThat(record().grants().grants(id)).hasSize(2);
  }

  @Test
  default void givesTwoSlotsAndNoThird() {
    ReleaseId first = frozenRelease();
    ReleaseId second = freeze(first.withVersion("2.0"));
    ReleaseId third = freeze(first.withVersion("3.0"));
    assertThat(open(first, "g").slot()).isEqualTo(Slot.A);
    assertThat(open(second, "g").slot()).isEqualTo(Slot.B);
    refused(FailureType.NO_FREE_SLOT, () -> open(third, "g"));
    record().grants().beginRevocation(first);
    refused(FailureType.NO_FREE_SLOT, () -> open(third, "g"));
    revoke(first);
    assertThat(open(third, "g").slot()).isEqualTo(Slot.A);
    assertThat(record().grants().openGrants(first.environment(), first.system()))
        .extracting(Grant::release)
        .containsExactly(second, third);
  }

  @Test
  default void grantsNothingToAReleaseThatIsNotFrozen() {
    refused(FailureType.RECORD_CONFLICT, () -> open(newSystem(), "g"));
  }

  @Test
  default void writesALiveRoleAgainWithTheSameSpecOnly() {
    ReleaseId id = frozenRelease();
    GrantTicket ticket = liveGrant(id, "g");
    Grant live = only(id);
    AtomicInteger calls = new AtomicInteger();
    record()
        .grants()
        .whileWriting(
            ticket,
            SPEC,
            NOW.plusSeconds(60),
            grant -> {
              calls.incrementAndGet();
              return new Grants.Written<>("again", RecordFixture.json("{\"other\":1}"));
            });
    assertThat(calls).hasValue(1);
    assertThat(only(id)).isEqualTo(live);
    refusesToWrite(ticket, RecordFixture.json("{\"policies\":[\"root\"]}"), NOW);
    assertThat(only(id)).isEqualTo(live);
  }

  @Test
  default void callsNoWriterForAForgedOrStaleTicket() {
    ReleaseId id = frozenRelease();
    ReleaseId other = frozenRelease();
    GrantTicket ticket = open(id, "g");
    refusesToWrite(changed(ticket, UUID.randomUUID(), id, ticket.fence()), SPEC, NOW);
    refusesToWrite(changed(ticket, ticket.grantId(), other, ticket.fence()), SPEC, NOW);
    refusesToWrite(changed(ticket, ticket.grantId(), id, ticket.fence() + 1), SPEC, NOW);
    Grant revoking = record().grants().beginRevocation(id).orElseThrow();
    refusesToWrite(ticket, SPEC, NOW);
    refusesToWrite(revoking.ticket(), SPEC, NOW);
    record().grants().closeGrant(ticket.grantId(), PROOF, NOW);
    refusesToWrite(only(id).ticket(), SPEC, NOW);
    assertThat(only(id).state()).isEqualTo(GrantState.REVOKED);
  }

  @Test
  default void writesNothingAfterTheGrantsEnd() {
    ReleaseId id = frozenRelease();
    GrantTicket ticket = open(id, "g");
    AtomicBoolean called = new AtomicBoolean();
    refused(
        FailureType.EXPIRED,
        () ->
            record()
                .grants()
                .whileWriting(
                    ticket,
                    SPEC,
                    ticket.expiresAt(),
                    grant -> {
                      called.set(true);
                      return new Grants.Written<>(1, PROOF);
                    }));
    assertThat(called).isFalse();
  }

  @Test
  default void staysWritingWhenTheWriterFails() {
    ReleaseId id = frozenRelease();
    GrantTicket ticket = open(id, "g");
    refused(
        FailureType.VAULT_UNAVAILABLE,
        () ->
            record()
                .grants()
                .whileWriting(
                    ticket,
                    SPEC,
                    NOW,
                    grant -> {
                      throw new GateException(FailureType.VAULT_UNAVAILABLE, "sealed");
                    }));
    assertThat(only(id).state()).isEqualTo(GrantState.WRITING);
    write(ticket);
    assertThat(only(id).state()).isEqualTo(GrantState.LIVE);
  }

  @Test
  default void closesNothingThatIsNotRevoking() {
    ReleaseId id = frozenRelease();
    GrantTicket ticket = open(id, "g");
    refused(
        FailureType.RECORD_CONFLICT,
        () -> record().grants().closeGrant(ticket.grantId(), PROOF, NOW));
    write(ticket);
    refused(
        FailureType.RECORD_CONFLICT,
        () -> record().grants().closeGrant(ticket.grantId(), PROOF, NOW));
    refused(
        FailureType.RECORD_CONFLICT,
        () -> record().grants().closeGrant(UUID.randomUUID(), PROOF, NOW));
    assertThat(only(id).state()).isEqualTo(GrantState.LIVE);
  }

  @Test
  default void opensOneGrantForManyAtOnce() throws Exception {
    ReleaseId id = frozenRelease();
    List<Callable<Object>> calls = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      String key = "grant/" + i % 4;
      calls.add(() -> outcome(id, key));
    }
    List<Object> outcomes = together(calls);
    assertThat(record().grants().grants(id)).hasSize(1);
    assertThat(outcomes)
        .filteredOn(GrantTicket.class::isInstance)
        .hasSize(16)
        .allMatch(only(id).ticket()::equals);
    assertThat(outcomes).filteredOn(FailureType.RECORD_CONFLICT::equals).hasSize(48);
  }

  @Test
  default void opensTwoGrantsForManyReleasesAtOnce() throws Exception {
    ReleaseId first = newSystem();
    List<Callable<Object>> calls = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      ReleaseId id = freeze(first.withVersion("v" + i));
      calls.add(() -> outcome(id, "g"));
    }
    List<Object> outcomes = together(calls);
    assertThat(outcomes).filteredOn(GrantTicket.class::isInstance).hasSize(2);
    assertThat(outcomes).filteredOn(FailureType.NO_FREE_SLOT::equals).hasSize(30);
    assertThat(record().grants().openGrants(first.environment(), first.system()))
        .extracting(Grant::slot)
        .containsExactlyInAnyOrder(Slot.A, Slot.B);
  }

  @Test
  default void makesARevocationWaitForTheWriterAndThenStopsEveryOther() throws Exception {
    ReleaseId id = frozenRelease();
    GrantTicket ticket = open(id, "g");
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch finish = new CountDownLatch(1);
    AtomicBoolean written = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<Object> writer =
          threads.submit(
              () ->
                  record()
                      .grants()
                      .whileWriting(
                          ticket,
                          SPEC,
                          NOW,
                          grant -> {
                            writing.countDown();
                            await(finish);
                            written.set(true);
                            return new Grants.Written<>("done", PROOF);
                          }));
      await(writing);
      Future<Boolean> revoker =
          threads.submit(
              () -> {
                Grant revoking = record().grants().beginRevocation(id).orElseThrow();
                assertThat(revoking.state()).isEqualTo(GrantState.REVOKING);
                return written.get();
              });
      assertThatThrownBy(() -> revoker.get(300, TimeUnit.MILLISECONDS))
          .isInstanceOf(java.util.concurrent.TimeoutException.class);
      finish.countDown();
      assertThat(writer.get(10, TimeUnit.SECONDS)).isEqualTo("done");
      assertThat(revoker.get(10, TimeUnit.SECONDS)).isTrue();
    } finally {
      finish.countDown();
      threads.shutdownNow();
    }
    refusesToWrite(ticket, SPEC, NOW);
    assertThat(only(id).state()).isEqualTo(GrantState.REVOKING);
  }

  @Test
  default void opensNothingInASlotThatIsBeingCleaned() {
    ReleaseId first = frozenRelease();
    ReleaseId second = freeze(first.withVersion("2.0"));
    ReleaseId third = freeze(first.withVersion("3.0"));
    Optional<Slot> given =
        record()
            .grants()
            .whileFree(first.environment(), first.system(), Slot.A, () -> open(first, "g").slot());
    assertThat(given).contains(Slot.B);
    Optional<FailureType> refused =
        record()
            .grants()
            .whileFree(
                first.environment(),
                first.system(),
                Slot.A,
                () -> {
                  assertThat(free(first, Slot.A)).isFalse();
                  refused(FailureType.NO_FREE_SLOT, () -> open(second, "g"));
                  return FailureType.NO_FREE_SLOT;
                });
    assertThat(refused).contains(FailureType.NO_FREE_SLOT);
    assertThat(open(second, "g").slot()).isEqualTo(Slot.A);
    assertThat(free(first, Slot.A)).isFalse();
    record().grants().beginRevocation(second);
    assertThat(free(first, Slot.A)).isFalse();
    revoke(second);
    assertThat(free(first, Slot.A)).isTrue();
    assertThatThrownBy(
            () ->
                record()
                    .grants()
                    .whileFree(
                        first.environment(),
                        first.system(),
                        Slot.A,
                        () -> {
                          throw new IllegalStateException("cleaning failed");
                        }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(open(third, "g").slot()).isEqualTo(Slot.A);
  }

  private boolean free(ReleaseId of, Slot slot) {
    return record().grants().whileFree(of.environment(), of.system(), slot, () -> true).isPresent();
  }

  private Grant only(ReleaseId id) {
    return record().grants().grants(id).get(0);
  }

  private Object outcome(ReleaseId id, String key) {
    try {
      return record().grants().openGrant(order(id, key));
    } catch (GateException e) {
      return e.type();
    }
  }

  private void refusesToWrite(GrantTicket ticket, JsonDocument spec, Instant at) {
    AtomicBoolean called = new AtomicBoolean();
    refused(
        FailureType.RECORD_CONFLICT,
        () ->
            record()
                .grants()
                .whileWriting(
                    ticket,
                    spec,
                    at,
                    grant -> {
                      called.set(true);
                      return new Grants.Written<>(1, PROOF);
                    }));
    assertThat(called).isFalse();
  }

  private static GrantTicket changed(GrantTicket ticket, UUID grant, ReleaseId id, long fence) {
    return new GrantTicket(grant, id, ticket.slot(), fence, ticket.openedAt(), ticket.expiresAt());
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
