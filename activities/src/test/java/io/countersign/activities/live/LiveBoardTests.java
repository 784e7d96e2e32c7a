package io.countersign.activities.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.adapter.signing.SignedPermits;
import io.countersign.activities.port.GovernedRelease;
import io.countersign.activities.port.GovernedRelease.Hold;
import io.countersign.activities.port.LiveDecisions;
import io.countersign.activities.port.LiveDecisions.Sight;
import io.countersign.activities.port.LiveTraces;
import io.countersign.activities.port.LiveTraces.Found;
import io.countersign.activities.port.LiveTraces.Hints;
import io.countersign.activities.port.LiveTraces.LiveGrant;
import io.countersign.activities.port.LiveTraces.Reading;
import io.countersign.activities.port.Permits;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.EntryKind;
import io.countersign.record.JsonDocument;
import io.countersign.release.ReleaseId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LiveBoardTests {
  private static final ReleaseId ID = ReleaseId.parse("production/fraud-scorer/1.0");
  private static final LiveLimits LIMITS =
      new LiveLimits(Duration.ofSeconds(10), Duration.ofMillis(500));

  private final Record record = new Record();
  private final Time time = new Time();
  private volatile Permits believed = LiveFixture.GATE.permits();
  private final LiveBoard board =
      new LiveBoard(record, LiveFixture.parser(), () -> believed, LIMITS, time, () -> time.nanos);

  @Test
  void knowsNothingAndIsNeverFreshBeforeTheFirstReading() {
    LiveDecisions.View view = board.view();
    assertThat(view.sight()).isEqualTo(Sight.UNREACHABLE);
    assertThat(view.staleness()).isEqualTo(LiveDecisions.NEVER);
    assertThat(releases()).isEmpty();
  }

  @Test
  void answersFromTheNewestReading() {
    record.tells(LiveFixture.live(ID));
    board.look();
    assertThat(hold()).isEqualTo(Hold.IN_FORCE);
    record.tells();
    board.look();
    assertThat(releases()).isEmpty();
  }

  @Test
  void growsStaleByTheClockThatOnlyGoesForward() {
    board.look();
    time.nanos += LIMITS.staleness().toNanos();
    assertThat(board.view().sight()).isEqualTo(Sight.FRESH);
    time.nanos++;
    assertThat(board.view().sight()).isEqualTo(Sight.STALE);
    assertThat(board.view().staleness()).isEqualTo(LIMITS.staleness().plusNanos(1));
    board.look();
    assertThat(board.view().sight()).isEqualTo(Sight.FRESH);
  }

  @Test
  void growsStaleByTheCalendarWhereTheMachineSlept() {
    board.look();
    time.now = time.now.plusSeconds(3600);
    assertThat(board.view().sight()).isEqualTo(Sight.STALE);
  }

  @Test
  void neverGrowsYoungerWhenTheCalendarIsSetBack() {
    board.look();
    time.nanos += Duration.ofSeconds(11).toNanos();
    time.now = time.now.minusSeconds(3600);
    assertThat(board.view().sight()).isEqualTo(Sight.STALE);
  }

  @Test
  void countsAReadingFromItsBeginning() {
    record.during = () -> time.nanos += Duration.ofSeconds(11).toNanos();
    board.look();
    assertThat(board.view().sight()).isEqualTo(Sight.STALE);
  }

  @Test
  void saysThatTheRecordIsAwayOnceTheLimitIsOver() throws InterruptedException {
    record.tells(LiveFixture.live(ID));
    CountDownLatch failed = new CountDownLatch(2);
    try (board) {
      board.look();
      record.during =
          () -> {
            failed.countDown();
            throw new GateException(FailureType.DATABASE_UNAVAILABLE, "away");
          };
      board.start();
      assertThat(failed.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(board.view().sight()).isEqualTo(Sight.FRESH);
      assertThat(hold()).isEqualTo(Hold.IN_FORCE);
      time.nanos += Duration.ofSeconds(11).toNanos();
      assertThat(board.view().sight()).isEqualTo(Sight.UNREACHABLE);
    }
  }

  @Test
  void believesNoRecordThatWasPutBackToAnOlderTime() {
    board.look();
    record.mark = 6;
    record.tells(LiveFixture.live(ID));
    assertThatThrownBy(board::look).hasMessageContaining("older than what was read before");
    assertThat(releases()).isEmpty();
    record.mark = 7;
    board.look();
    assertThat(hold()).isEqualTo(Hold.IN_FORCE);
  }

  @Test
  void goesOnReadingWhateverAReadingMeets() throws InterruptedException {
    CountDownLatch thrice = new CountDownLatch(3);
    record.during =
        () -> {
          thrice.countDown();
          throw new IllegalStateException("nobody thought of this");
        };
    try (LiveBoard hinted =
        new LiveBoard(
            record,
            LiveFixture.parser(),
            () -> believed,
            new LiveLimits(Duration.ofSeconds(1), Duration.ofMillis(50)),
            time,
            System::nanoTime)) {
      hinted.start();
      assertThat(thrice.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(hinted.view().sight()).isEqualTo(Sight.UNREACHABLE);
    }
  }

  @Test
  void endsAGrantByTheCalendarWithoutAnyMessage() {
    record.tells(LiveFixture.live(ID));
    board.look();
    time.now = LiveFixture.END.minusMillis(1);
    assertThat(hold()).isEqualTo(Hold.IN_FORCE);
    time.now = LiveFixture.END;
    assertThat(hold()).isEqualTo(Hold.NOT_LIVE);
    assertThat(board.view().inForce()).isZero();
  }

  @Test
  void endsAGrantByTheStoresClockWhereItsOwnIsBehind() {
    record.tells(LiveFixture.live(ID));
    record.at = LiveFixture.END.minusSeconds(2);
    board.look();
    assertThat(hold()).isEqualTo(Hold.IN_FORCE);
    time.nanos += Duration.ofSeconds(2).toNanos();
    assertThat(hold()).isEqualTo(Hold.NOT_LIVE);
  }

  @Test
  void keepsEverybodyElseWhenOneReleaseCannotBeRead() {
    ReleaseId broken = ID.withVersion("2.0");
    Found unreadable = LiveFixture.live(broken);
    record.tells(
        new Found(
            broken,
            1,
            unreadable.grant(),
            new LiveTraces.Told(
                LiveFixture.digest("d"),
                LiveFixture.digest("g"),
                new JsonDocument("{}"),
                List.of())),
        LiveFixture.live(ID));
    board.look();
    assertThat(releases()).extracting(GovernedRelease::id).containsExactly(ID);
  }

  @Test
  void takesAGrantThatEndedAlthoughNoEntryIsNew() {
    record.tells(LiveFixture.live(ID));
    board.look();
    record.tells(new Found(ID, 1, null, null));
    board.look();
    assertThat(hold()).isEqualTo(Hold.NOT_LIVE);
  }

  @Test
  void asksOnlyForWhatIsNew() {
    record.tells(LiveFixture.live(ID));
    board.look();
    record.tells(new Found(ID, 1, new LiveGrant(LiveFixture.GRANT, LiveFixture.END), null));
    board.look();
    assertThat(record.asked.get()).isEqualTo(Map.of(ID, 1L));
    assertThat(hold()).isEqualTo(Hold.IN_FORCE);
  }

  @Test
  void looksAsSoonAsItIsHintedAt() throws InterruptedException {
    LiveLimits slow = new LiveLimits(Duration.ofHours(1), Duration.ofMinutes(30));
    CountDownLatch twice = new CountDownLatch(2);
    record.during = twice::countDown;
    try (LiveBoard hinted =
        new LiveBoard(record, LiveFixture.parser(), () -> believed, slow, time, System::nanoTime)) {
      hinted.start();
      hinted.hint();
      while (twice.getCount() > 0 && !twice.await(50, TimeUnit.MILLISECONDS)) {
        hinted.hint();
      }
    }
    assertThat(twice.getCount()).isZero();
  }

  @Test
  void believesNothingThatAKeyOfTheListDidNotSign() {
    record.tells(LiveFixture.live(ID));
    believed = new SigningGate().permits();
    board.look();
    assertThat(hold()).isEqualTo(Hold.NOT_PROVED);
    assertThat(board.view().inForce()).isZero();
  }

  @Test
  void followsTheListOfKeysAlthoughNoEntryIsNew() {
    Permits first = LiveFixture.GATE.permits();
    record.tells(LiveFixture.live(ID));
    board.look();
    record.tells(new Found(ID, 1, new LiveGrant(LiveFixture.GRANT, LiveFixture.END), null));
    SigningGate next = new SigningGate();
    believed =
        new SignedPermits(
            Map.of(LiveFixture.GATE.keyId(), LiveFixture.GATE.key(), next.keyId(), next.key()));
    board.look();
    assertThat(hold()).as("a version more").isEqualTo(Hold.IN_FORCE);
    believed = next.permits();
    board.look();
    assertThat(hold()).as("the version is withdrawn").isEqualTo(Hold.NOT_PROVED);
    believed = new SignedPermits(Map.of(LiveFixture.GATE.keyId(), next.key()));
    board.look();
    assertThat(hold()).as("another key under its name").isEqualTo(Hold.NOT_PROVED);
    believed = first;
    board.look();
    assertThat(hold()).as("the version is listed again").isEqualTo(Hold.IN_FORCE);
  }

  @Test
  void verifiesAPermitOnce() {
    AtomicInteger opened = new AtomicInteger();
    Permits counting =
        new Permits() {
          @Override
          public Proved open(String envelope) {
            opened.incrementAndGet();
            return LiveFixture.GATE.permits().open(envelope);
          }

          @Override
          public boolean believes(Key key) {
            return true;
          }
        };
    believed = counting;
    record.tells(LiveFixture.live(ID));
    board.look();
    Found more =
        LiveFixture.found(
            ID,
            2,
            new LiveGrant(LiveFixture.GRANT, LiveFixture.END),
            LiveFixture.granted(ID),
            LiveFixture.trace(EntryKind.SIGN_OFF, "decision", "approve"));
    record.tells(more);
    board.look();
    assertThat(hold()).isEqualTo(Hold.IN_FORCE);
    assertThat(opened).hasValue(1);
  }

  @Test
  void refusesLimitsThatAreNone() {
    assertThatThrownBy(() -> new LiveLimits(Duration.ofDays(1), Duration.ofSeconds(1)))
        .hasMessageContaining("staleness");
    assertThatThrownBy(() -> new LiveLimits(Duration.ofSeconds(2), Duration.ofSeconds(2)))
        .hasMessageContaining("poll");
  }

  private List<GovernedRelease> releases() {
    return board.view().of(LiveFixture.workload(ID));
  }

  private Hold hold() {
    return releases().get(0).hold();
  }

  private static final class Record implements LiveTraces {
    private final AtomicReference<Map<ReleaseId, Long>> asked = new AtomicReference<>(Map.of());
    private volatile List<Found> found = List.of();
    private volatile Runnable during = () -> {};
    private volatile Instant at = LiveFixture.NOW;
    private volatile long mark = 7;

    void tells(Found... releases) {
      found = List.of(releases);
    }

    @Override
    public Reading read(Map<ReleaseId, Long> known) {
      asked.set(known);
      during.run();
      return new Reading(at, mark, found);
    }

    @Override
    public Hints listen(Runnable hint) {
      return () -> {};
    }
  }

  private static final class Time extends Clock {
    private volatile Instant now = LiveFixture.NOW;
    private volatile long nanos = 1_000;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
