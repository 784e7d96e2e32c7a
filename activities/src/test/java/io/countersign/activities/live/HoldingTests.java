package io.countersign.activities.live;

import static io.countersign.activities.live.LiveFixture.END;
import static io.countersign.activities.live.LiveFixture.GRANT;
import static io.countersign.activities.live.LiveFixture.granted;
import static io.countersign.activities.live.LiveFixture.trace;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.port.GovernedRelease;
import io.countersign.activities.port.GovernedRelease.Hold;
import io.countersign.activities.port.LiveTraces.Found;
import io.countersign.activities.port.LiveTraces.LiveGrant;
import io.countersign.activities.port.LiveTraces.Told;
import io.countersign.activities.port.LiveTraces.Trace;
import io.countersign.activities.port.Permit;
import io.countersign.record.EntryKind;
import io.countersign.record.JsonDocument;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HoldingTests {
  private static final ReleaseId ID = ReleaseId.parse("production/fraud-scorer/1.0");
  private static final LiveGrant LIVE = new LiveGrant(GRANT, END);
  private static final String OWN = ID.toString();

  private final Holding holding = new Holding(LiveFixture.parser());

  @Test
  void isInForceWithTheCeilingThatWasApproved() {
    GovernedRelease release = judge(LIVE, granted(ID));
    assertThat(release.hold()).isEqualTo(Hold.IN_FORCE);
    assertThat(release.until()).isEqualTo(END);
    assertThat(release.workload()).isEqualTo(LiveFixture.workload(ID));
    assertThat(release.hasPermission("refund.lookup", "read")).isTrue();
    assertThat(release.hasPermission("refund.lookup", "write")).isFalse();
    assertThat(release.hasDataClasses(List.of("pii"))).isTrue();
    assertThat(release.hasDataClasses(List.of("pii", "card"))).isFalse();
    assertThat(release.policyUri()).isEqualTo("policy/");
  }

  static Stream<Arguments> tracesThatTakeBack() {
    return Stream.of(
        against(Hold.SUSPENDED, trace(EntryKind.ORDER, "order", "suspend", "names", OWN)),
        against(Hold.NOT_LIVE, trace(EntryKind.ORDER, "order", "rollback", "names", OWN)),
        against(Hold.NOT_LIVE, trace(EntryKind.ORDER, "order", "retire", "names", OWN)),
        against(Hold.NOT_LIVE, trace(EntryKind.ORDER, "order", "withdraw", "names", OWN)),
        against(Hold.SUSPENDED, trace(EntryKind.SIGN_OFF, "decision", "take-back")),
        against(Hold.SUSPENDED, trace(EntryKind.SIGN_OFF, "decision", "reject")),
        against(Hold.SUSPENDED, trace(EntryKind.SUSPENDED)),
        against(Hold.SUSPENDED, trace(EntryKind.REVOCATION, "next", "SUSPENDED")),
        against(Hold.NOT_LIVE, trace(EntryKind.REVOCATION, "next", "STANDBY")),
        against(Hold.NOT_LIVE, trace(EntryKind.REVOCATION, "next", "CHECKING")),
        against(Hold.NOT_LIVE, trace(EntryKind.REVOCATION, "next", "EXPIRED")),
        against(Hold.NOT_LIVE, trace(EntryKind.REVOCATION, "next", "FAILED")),
        against(Hold.NOT_LIVE, trace(EntryKind.COMPLETE, "state", "RETIRED")),
        against(Hold.SUSPENDED, drift("WIDENED", GRANT.toString())),
        against(Hold.SUSPENDED, drift("SUPPLIER_WITHDRAWN", GRANT.toString())));
  }

  @ParameterizedTest
  @MethodSource("tracesThatTakeBack")
  void isNotInForceFromTheFirstTraceOn(Hold hold, Trace trace) {
    assertThat(judge(LIVE, granted(ID), trace).hold()).isEqualTo(hold);
  }

  static Stream<Trace> tracesThatTakeNothing() {
    return Stream.of(
        drift("NARROWED", GRANT.toString()),
        drift("COULD_NOT_LOOK", GRANT.toString()),
        drift("WIDENED", "00000000-0000-4000-8000-000000000002"),
        trace(EntryKind.SIGN_OFF, "decision", "approve"),
        trace(EntryKind.ORDER, "order", "rollback", "names", ID.withVersion("2.0").toString()),
        trace(EntryKind.ORDER, "order", "recheck", "names", OWN));
  }

  @ParameterizedTest
  @MethodSource("tracesThatTakeNothing")
  void staysInForceThroughWhatTakesNothing(Trace trace) {
    assertThat(judge(LIVE, granted(ID), trace).hold()).isEqualTo(Hold.IN_FORCE);
  }

  @Test
  void isNotInForceWithoutAGrantThatIsLive() {
    assertThat(judge(null, granted(ID)).at(LiveFixture.NOW).hold()).isEqualTo(Hold.NOT_LIVE);
  }

  @Test
  void isNotInForceBeforeTheRecordTellsOfThisVeryGrant() {
    assertThat(judge(LIVE).hold()).isEqualTo(Hold.NOT_LIVE);
    Trace other = trace(EntryKind.GRANT, "grantId", "00000000-0000-4000-8000-000000000002");
    assertThat(judge(LIVE, other).hold()).isEqualTo(Hold.NOT_LIVE);
  }

  @Test
  void isInForceAgainOnceItWasRestoredAndGrantedAnew() {
    Trace[] suspended = {
      trace(EntryKind.GRANT, "grantId", "00000000-0000-4000-8000-000000000002"),
      drift("WIDENED", "00000000-0000-4000-8000-000000000002"),
      trace(EntryKind.REVOCATION, "next", "SUSPENDED"),
      trace(EntryKind.ORDER, "order", "restore", "names", OWN)
    };
    assertThat(judge(LIVE, suspended).hold()).isEqualTo(Hold.NOT_LIVE);
    Trace[] restored =
        Stream.concat(Stream.of(suspended), Stream.of(granted(ID))).toArray(Trace[]::new);
    assertThat(judge(LIVE, restored).hold()).isEqualTo(Hold.IN_FORCE);
  }

  @Test
  void endsWhereAnEmergencyHadToBeReviewed() {
    String by = LiveFixture.NOW.plusSeconds(60).toString();
    Trace emergency =
        trace(
            EntryKind.GRANT,
            "grantId",
            GRANT.toString(),
            "reviewBy",
            by,
            "permit",
            LiveFixture.GATE.sign(LiveFixture.permit(ID)));
    GovernedRelease release = judge(LIVE, emergency);
    assertThat(release.at(LiveFixture.NOW.plusSeconds(59)).hold()).isEqualTo(Hold.IN_FORCE);
    assertThat(release.at(LiveFixture.NOW.plusSeconds(60)).hold()).isEqualTo(Hold.NOT_LIVE);
    GovernedRelease reviewed = judge(LIVE, emergency, trace(EntryKind.EMERGENCY_REVIEWED));
    assertThat(reviewed.at(LiveFixture.NOW.plusSeconds(60)).hold()).isEqualTo(Hold.IN_FORCE);
  }

  @Test
  void endsWhereThePermitEndsWhateverTheRowsSay() {
    LiveGrant longer = new LiveGrant(GRANT, END.plusSeconds(1));
    assertThat(judge(longer, granted(ID)).until()).isEqualTo(END);
    LiveGrant shorter = new LiveGrant(GRANT, END.minusSeconds(1));
    assertThat(judge(shorter, granted(ID)).until()).isEqualTo(END.minusSeconds(1));
  }

  @Test
  void endsWhereThePermitAsksForAReviewThoughTheEntrySaysNothingOfIt() {
    Permit asked = LiveFixture.permit(ID);
    Instant by = LiveFixture.NOW.plusSeconds(60);
    Permit emergency =
        new Permit(
            asked.grantId(), ID, asked.releaseDigest(), asked.gateDigest(), asked.expiresAt(), by);
    Trace told =
        trace(
            EntryKind.GRANT,
            "grantId",
            GRANT.toString(),
            "permit",
            LiveFixture.GATE.sign(emergency));
    assertThat(judge(LIVE, told).until()).isEqualTo(by);
    assertThat(judge(LIVE, told, trace(EntryKind.EMERGENCY_REVIEWED)).until()).isEqualTo(END);
  }

  static Stream<Arguments> tracesThatWouldBringItBack() {
    Trace suspend = trace(EntryKind.ORDER, "order", "suspend", "names", OWN);
    Trace restore = trace(EntryKind.ORDER, "order", "restore", "names", OWN);
    Trace standby = trace(EntryKind.REVOCATION, "next", "STANDBY");
    String other = ID.withVersion("2.0").toString();
    Trace back = trace(EntryKind.ORDER, "order", "rollback", "names", other);
    return Stream.of(
        Arguments.of(List.of(suspend, restore)),
        Arguments.of(List.of(suspend, restore, granted(ID))),
        Arguments.of(List.of(trace(EntryKind.SUSPENDED), restore, granted(ID))),
        Arguments.of(List.of(trace(EntryKind.SIGN_OFF, "decision", "take-back"), restore)),
        Arguments.of(List.of(standby, back, granted(ID))),
        Arguments.of(List.of(trace(EntryKind.REVOCATION, "next", "CHECKING"), granted(ID))));
  }

  @ParameterizedTest
  @MethodSource("tracesThatWouldBringItBack")
  void aGrantThatWasTakenBackOnceNeverCountsAgain(List<Trace> later) {
    List<Trace> all = new ArrayList<>(List.of(granted(ID)));
    all.addAll(later);
    assertThat(judge(LIVE, all.toArray(Trace[]::new)).hold()).isIn(Hold.SUSPENDED, Hold.NOT_LIVE);
  }

  @Test
  void refusesAManifestThatIsNotTheReleases() {
    Told told = Objects.requireNonNull(LiveFixture.live(ID).told());
    Told other =
        new Told(told.releaseDigest(), told.gateDigest(), new JsonDocument("{}"), told.traces());
    assertThatThrownBy(() -> holding.frozen(ID, other))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private GovernedRelease judge(LiveGrant grant, Trace... traces) {
    Found found = LiveFixture.found(ID, 1, grant, traces);
    Told told = Objects.requireNonNull(found.told());
    GovernedRelease frozen = holding.frozen(ID, told);
    Proof proof = Proof.of(frozen, told.traces(), grant, null, LiveFixture.GATE.permits());
    return Holding.judge(frozen, told.traces(), grant, proof);
  }

  private static Trace drift(String drift, String grantId) {
    return trace(EntryKind.DRIFT, "drift", drift, "grantId", grantId);
  }

  private static Arguments against(Hold hold, Trace trace) {
    return Arguments.of(hold, trace);
  }
}
