package io.countersign.worker.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.audit.Flaw;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.gate.GateView;
import io.countersign.policy.GateFunction;
import io.countersign.policy.GatePolicy;
import io.countersign.policy.GatePolicy.CheckRule;
import io.countersign.record.EntryKind;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.signoff.SignOffDecision;
import io.countersign.worker.gateway.Gateway.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An emergency is a tier with sign-offs of its own in the same workflow, and is reviewed (I15). */
class EmergencyTests {
  static final String TIER =
      """
        - name: emergency
          when: [{environment: [production]}]
          emergency: {review: 3d}
          checks:
            - check: mlops.artifact-integrity
              with:
                signingKeys:
                  - |
                    -----BEGIN PUBLIC KEY-----
                    MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEDI/XbbKYdZ2Tm5OZGAaZLodtFYDC
                    NF7a5zSuW3OhrWIGNeoBJkDIvSzDG1UnH4yag/UXvxXuHkQjZtEHc/xveQ==
                    -----END PUBLIC KEY-----
            - check: security.workload-identity
            - check: security.scope-review
              with:
                allow:
                  - {path: kv/data/fraud/scoring, capabilities: [read]}
          requirements:
            - {function: mlops, quorum: 1}
            - {function: security, quorum: 1}
          signOffs: {deadline: 30m, maxAge: 1h}
          caps: {tokenTtl: 1h, validity: 7d}

      """;

  private static final String HOT = "2026.11.9";
  private static final String RITA = "rita@example.com";

  @TempDir private Path directory;
  private UnitHouse house;

  @BeforeEach
  void open() throws IOException {
    house = UnitHouse.endorsed(directory);
    house.rules("gate.yaml", "  drift: 5m", "  drift: 29d");
  }

  @AfterEach
  void close() {
    house.close();
  }

  private void withTier() {
    house.rules("gate.yaml", "  - name: elevated\n", TIER.indent(0) + "  - name: elevated\n");
  }

  private void asks(String version, String from, String to) {
    house.version(version);
    Path file =
        house.example.directory().resolve("releases").resolve(version).resolve("release.yaml");
    try {
      String text = Files.readString(file);
      Files.writeString(
          file, text.replaceAll("validity: [0-9]+d", "validity: 7d").replace(from, to));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ReleaseId emergency() {
    asks(
        HOT,
        "\nprofile:",
        "\nemergency: {incident: INC-2041, reason: The model pays fraudsters.}\nprofile:");
    return house.start(HOT);
  }

  private ReleaseId live() {
    ReleaseId id = emergency();
    house.await(id, GateState.AWAITING_SIGN_OFF);
    Gatehouse.await(() -> house.login("probe").isPresent(), proved -> proved);
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    house.approve(id, "sven@example.com", GateFunction.SECURITY);
    house.await(id, GateState.LIVE);
    return id;
  }

  private boolean reviewed(ReleaseId id) {
    return !house.record.entries().entries(id, Set.of(EntryKind.EMERGENCY_REVIEWED)).isEmpty();
  }

  @Test
  void twoPeopleLetItLiveAndEverybodyWhoIsSkippedIsTold() {
    withTier();
    ReleaseId id = live();
    GateView view = house.view(id);
    assertThat(view.tier()).isEqualTo("emergency");
    assertThat(view.exceptions().emergency())
        .isEqualTo(
            "INC-2041: The model pays fraudsters.. Instead of tier strong; skips "
                + skipped()
                + "; to be reviewed within 3d by 1 risk");
    assertThat(view.exceptions().reviewBy()).isEqualTo(view.liveAt().plus(Duration.ofDays(3)));
    assertThat(house.notices)
        .anyMatch(
            told ->
                told.startsWith("EMERGENCY " + id) && told.endsWith("of them: rita@example.com"))
        .anyMatch(told -> told.startsWith("REMINDER " + id + ": Live. To be reviewed by"));
    assertThat(house.record.entries().entries(id, Set.of(EntryKind.EMERGENCY)).get(0).body().text())
        .contains("\"functions\":[\"risk\"]", "\"people\":[\"rita@example.com\"]");
    assertThat(house.record.entries().entries(id, Set.of(EntryKind.REVIEW)).get(0).body().text())
        .contains("\"emergency\":\"INC-2041: ");
  }

  /** What the strong tier asks and the emergency does not. */
  private String skipped() {
    GatePolicy policy = house.example.policy();
    List<String> kept = checks(policy, "emergency");
    return checks(policy, "strong").stream()
        .filter(check -> !kept.contains(check))
        .collect(Collectors.joining(", "));
  }

  private static List<String> checks(GatePolicy policy, String name) {
    return policy.tiers().stream()
        .filter(tier -> tier.name().equals(name))
        .flatMap(tier -> tier.checks().stream())
        .map(CheckRule::check)
        .toList();
  }

  @Test
  void nobodyReviewsItInTimeAndItEndsByItself() {
    withTier();
    ReleaseId id = live();
    house.pass(Duration.ofDays(3));
    house.ended(id, GateState.EXPIRED);
    assertThat(house.login(HOT)).isEmpty();
    assertThat(house.record.entries().entries(id, Set.of(EntryKind.COMPLETE)).get(0).body().text())
        .contains(FailureType.REVIEW_OVERDUE.sentence(), "INC-2041");
    assertThat(Auditor.of(house).holds(Auditor.bundle(house, id)).proved())
        .anyMatch(line -> line.contains("INC-2041") && line.contains("Not reviewed; due was"));
  }

  @Test
  void aReviewBySomebodyWhoWasSkippedLetsItLive() {
    withTier();
    ReleaseId id = live();
    house.approve(id, RITA, GateFunction.RISK);
    assertThat(reviewed(id)).isTrue();
    assertThat(house.view(id).exceptions().reviewBy()).isNull();
    house.pass(Duration.ofDays(4));
    assertThat(house.view(id).state()).isEqualTo(GateState.LIVE);
    assertThat(Auditor.of(house).holdsOpen(Auditor.bundle(house, id)).proved())
        .anyMatch(line -> line.contains("Reviewed at ") && line.contains("judged again"));
    Auditor.of(house)
        .catches(
            Rewritten.of(house, id).without(entry -> entry.actor().equals(RITA)),
            Flaw.NOT_APPROVED,
            "not reviewed in time by those whom it skipped");
    Auditor.of(house)
        .catches(
            Rewritten.of(house, id)
                .saying(EntryKind.GRANT, body -> body.put("reviewBy", "2099-01-01T00:00:00Z")),
            Flaw.NOT_APPROVED,
            "no date of its review, or a later one");
  }

  @Test
  void aReviewThatWasSignedBeforeItWasLiveOrByTheWrongPeopleIsNone() {
    withTier();
    ReleaseId id = emergency();
    house.await(id, GateState.AWAITING_SIGN_OFF);
    Gatehouse.await(() -> house.login("probe").isPresent(), proved -> proved);
    String early =
        house.people.signOff(house.view(id), RITA, GateFunction.RISK, SignOffDecision.APPROVE);
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    house.approve(id, "sven@example.com", GateFunction.SECURITY);
    house.await(id, GateState.LIVE);
    house.send(id, Message.SIGN_OFF, early);
    house.approve(id, "sina@example.com", GateFunction.SECURITY);
    assertThat(reviewed(id)).isFalse();
    assertThat(house.view(id).exceptions().reviewBy()).isNotNull();
    assertThatThrownBy(() -> house.approve(id, "pia@example.com", GateFunction.RISK))
        .isInstanceOf(GateException.class);
    assertThat(reviewed(id)).isFalse();
  }

  @Test
  void aRejectInTheReviewTakesTheAccessAway() {
    withTier();
    ReleaseId id = live();
    house.reject(id, RITA, GateFunction.RISK);
    house.await(id, GateState.SUSPENDED);
    assertThat(house.login(HOT)).isEmpty();
    assertThatThrownBy(() -> house.order(id, OrderKind.RESTORE))
        .isInstanceOfSatisfying(
            GateException.class, e -> assertThat(e.type()).isEqualTo(FailureType.NOT_APPROVED));
  }

  @Test
  void neitherTheManifestNorATierByNameOpensAnEmergencyThatThePolicyDoesNotHave() {
    ReleaseId id = emergency();
    GateView view = house.await(id, GateState.REJECTED);
    assertThat(view.reasonType()).isEqualTo(FailureType.OUTSIDE_POLICY);
    assertThat(view.reason()).contains("no emergency tier");
    withTier();
    asks("2026.11.8", "  version: 2026.11.8", "  version: 2026.11.8\n  tier: emergency");
    GateView named = house.await(house.start("2026.11.8"), GateState.REJECTED);
    assertThat(named.reasonType()).isEqualTo(FailureType.OUTSIDE_POLICY);
    house.version("2026.11.7");
    assertThat(house.await(house.start("2026.11.7"), GateState.AWAITING_SIGN_OFF).tier())
        .isEqualTo("strong");
  }

  @Test
  void aFreezeLetsItPassOnlyWhereItSaysSo() {
    withTier();
    String until = house.clock.instant().plus(Duration.ofDays(1)).toString();
    house.rules(
        "gate.yaml",
        "lifecycle:\n",
        "freezes:\n  - {from: \"2026-01-01T00:00:00Z\", until: \"%s\", reason: year end}\n\nlifecycle:\n"
            .formatted(until));
    ReleaseId id = emergency();
    house.await(id, GateState.AWAITING_SIGN_OFF);
    Gatehouse.await(() -> house.login("probe").isPresent(), proved -> proved);
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    house.approve(id, "sven@example.com", GateFunction.SECURITY);
    Gatehouse.await(() -> house.view(id), view -> view.exceptions().frozenUntil() != null);
    house.order(id, "pia@example.com", OrderKind.WITHDRAW);
    house.ended(id, GateState.WITHDRAWN);
    house.rules("gate.yaml", "reason: year end}", "reason: year end, except: [emergency]}");
    asks("2026.11.6", "\nprofile:", "\nemergency: {incident: INC-2042, reason: Again.}\nprofile:");
    ReleaseId again = house.awaiting("2026.11.6");
    house.approve(again, "mara@example.com", GateFunction.MLOPS);
    house.approve(again, "sven@example.com", GateFunction.SECURITY);
    house.await(again, GateState.LIVE);
  }

  @Test
  void anOverdueReviewIsNotWaitedOutInASuspension() {
    withTier();
    ReleaseId id = live();
    house.order(id, OrderKind.SUSPEND);
    house.await(id, GateState.SUSPENDED);
    house.pass(Duration.ofHours(71));
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    house.approve(id, "sven@example.com", GateFunction.SECURITY);
    house.clock.pass(Duration.ofHours(2));
    house.approve(id, "mara@example.com", GateFunction.MLOPS);
    house.approve(id, "sven@example.com", GateFunction.SECURITY);
    house.order(id, OrderKind.RESTORE);
    GateView view =
        Gatehouse.await(
            () -> house.view(id), seen -> seen.reasonType() == FailureType.REVIEW_OVERDUE);
    assertThat(view.state()).isIn(GateState.SUSPENDED, GateState.REVOKING);
    assertThat(house.login(HOT)).isEmpty();
  }
}
