package io.countersign.activities.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.port.DecisionLedger;
import io.countersign.activities.port.DecisionLedger.Decided;
import io.countersign.activities.port.GovernedRelease;
import io.countersign.activities.port.GovernedRelease.Hold;
import io.countersign.activities.port.LiveDecisions;
import io.countersign.activities.port.LiveDecisions.Sight;
import io.countersign.activities.port.LiveDecisions.View;
import io.countersign.activities.port.LiveDecisions.WorkloadKey;
import io.countersign.activities.port.RuntimePolicy;
import io.countersign.activities.port.RuntimeRequest;
import io.countersign.activities.port.RuntimeVerdict;
import io.countersign.activities.port.RuntimeVerdict.Answer;
import io.countersign.activities.port.WorkloadTokens.Caller;
import io.countersign.activities.runtime.ApprovedPolicies.Held;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DecisionPointTests {
  private static final Instant NOW = Instant.parse("2026-11-03T10:15:30Z");
  private static final WorkloadKey WORKLOAD =
      new WorkloadKey("production", "fraud-scorer", "prod", "spiffe://prod/fraud-scorer");
  private static final Caller CALLER = new Caller(WORKLOAD, null);

  private final List<Decided> noted = new ArrayList<>();

  /** Everything that a decision depends on, one way in which it holds first. */
  private record Case(
      boolean ownSubject,
      Sight sight,
      @Nullable Hold hold,
      boolean another,
      String type,
      String tool,
      String permission,
      String dataClass,
      Held policy) {
    boolean holds() {
      return ownSubject
          && sight == Sight.FRESH
          && hold == Hold.IN_FORCE
          && !another
          && type.equals("tool")
          && tool.equals("refund.lookup")
          && permission.equals("read")
          && dataClass.equals("pii")
          && policy.equals(held(Answer.PERMITTED));
    }
  }

  @Test
  void allowsOnlyIfEveryConditionHolds() {
    List<Held> policies = new ArrayList<>();
    for (Answer answer : Answer.values()) {
      policies.add(held(answer));
    }
    policies.add(new Held.Missing(DecisionReason.POLICY_LOADING));
    policies.add(new Held.Missing(DecisionReason.POLICY_BYTES_DIFFER));
    List<@Nullable Hold> holds = new ArrayList<>(List.of(Hold.values()));
    holds.add(null);
    int allowed = 0;
    int asked = 0;
    for (boolean own : new boolean[] {true, false}) {
      for (Sight sight : Sight.values()) {
        for (Hold hold : holds) {
          for (boolean another : new boolean[] {false, true}) {
            for (String type : List.of("tool", "file")) {
              for (String tool : List.of("refund.lookup", "refund.issue")) {
                for (String permission : List.of("read", "write")) {
                  for (String dataClass : List.of("pii", "health")) {
                    for (Held policy : policies) {
                      Case one =
                          new Case(
                              own, sight, hold, another, type, tool, permission, dataClass, policy);
                      Decision decision = decide(one);
                      assertThat(decision.allowed()).as("%s", one).isEqualTo(one.holds());
                      assertThat(decision.reason() == DecisionReason.ALLOWED)
                          .isEqualTo(one.holds());
                      allowed += decision.allowed() ? 1 : 0;
                      asked++;
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
    assertThat(allowed).isEqualTo(1);
    assertThat(noted).hasSize(asked);
    assertThat(noted.stream().filter(Decided::allowed)).hasSize(1);
  }

  @Test
  void saysTheFirstReasonInItsOrder() {
    Case good =
        new Case(
            true,
            Sight.FRESH,
            Hold.IN_FORCE,
            false,
            "tool",
            "refund.lookup",
            "read",
            "pii",
            held(Answer.PERMITTED));
    assertThat(decide(good).reason()).isEqualTo(DecisionReason.ALLOWED);
    assertThat(reason(false, Sight.STALE, null, "no.tool"))
        .isEqualTo(DecisionReason.SUBJECT_MISMATCH);
    assertThat(reason(true, Sight.STALE, null, "no.tool")).isEqualTo(DecisionReason.STALE);
    assertThat(reason(true, Sight.UNREACHABLE, null, "no.tool"))
        .isEqualTo(DecisionReason.UNREACHABLE);
    assertThat(reason(true, Sight.FRESH, null, "no.tool")).isEqualTo(DecisionReason.NOT_LIVE);
    assertThat(reason(true, Sight.FRESH, Hold.NOT_LIVE, "no.tool"))
        .isEqualTo(DecisionReason.NOT_LIVE);
    assertThat(reason(true, Sight.FRESH, Hold.SUSPENDED, "no.tool"))
        .isEqualTo(DecisionReason.SUSPENDED);
    assertThat(reason(true, Sight.FRESH, Hold.IN_FORCE, "no.tool"))
        .isEqualTo(DecisionReason.TOOL_NOT_APPROVED);
  }

  @Test
  void answersEachWordOfThePolicyWithAReasonOfItsOwn() {
    Set<DecisionReason> reasons = EnumSet.noneOf(DecisionReason.class);
    for (Answer answer : Answer.values()) {
      reasons.add(
          point(List.of(release("1.0.0", Hold.IN_FORCE)), held(answer))
              .decide(CALLER, question())
              .reason());
    }
    assertThat(reasons)
        .containsExactlyInAnyOrder(
            DecisionReason.ALLOWED,
            DecisionReason.POLICY_FORBIDS,
            DecisionReason.POLICY_DOES_NOT_PERMIT,
            DecisionReason.ARGUMENTS_REFUSED,
            DecisionReason.POLICY_ERRORED);
  }

  @Test
  void ofTwoReleasesWithOneIdentityOnlyANamedVersionDecides() {
    List<GovernedRelease> both =
        List.of(release("1.0.0", Hold.IN_FORCE), release("2.0.0", Hold.IN_FORCE));
    DecisionPoint point = point(both, held(Answer.PERMITTED));
    assertThat(point.decide(CALLER, question()).reason())
        .isEqualTo(DecisionReason.RELEASE_AMBIGUOUS);
    Decision second = point.decide(new Caller(WORKLOAD, "2.0.0"), question());
    assertThat(second.allowed()).isTrue();
    assertThat(second.release()).isEqualTo(both.get(1));
    assertThat(point.decide(new Caller(WORKLOAD, "3.0.0"), question()).reason())
        .isEqualTo(DecisionReason.NOT_LIVE);
  }

  @Test
  void aSuspendedReleaseIsNotDecidedForByTheOtherOne() {
    List<GovernedRelease> both =
        List.of(release("1.0.0", Hold.IN_FORCE), release("2.0.0", Hold.SUSPENDED));
    DecisionPoint point = point(both, held(Answer.PERMITTED));
    assertThat(point.decide(CALLER, question()).reason())
        .isEqualTo(DecisionReason.RELEASE_AMBIGUOUS);
    assertThat(point.decide(new Caller(WORKLOAD, "2.0.0"), question()).reason())
        .isEqualTo(DecisionReason.SUSPENDED);
    assertThat(point.decide(new Caller(WORKLOAD, "1.0.0"), question()).allowed()).isTrue();
  }

  @Test
  void whateverBreaksDenies() {
    GovernedRelease live = release("1.0.0", Hold.IN_FORCE);
    View view = view(Sight.FRESH, List.of(live));
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    List<DecisionPoint> broken =
        List.of(
            new DecisionPoint(
                () -> {
                  throw new StackOverflowError();
                },
                release -> held(Answer.PERMITTED),
                noted::add,
                clock),
            new DecisionPoint(
                () -> view,
                release -> {
                  throw new IllegalStateException("no shelf");
                },
                noted::add,
                clock),
            new DecisionPoint(
                () -> view, release -> new Held.Ready(new Broken()), noted::add, clock),
            new DecisionPoint(
                () -> view,
                release -> held(Answer.PERMITTED),
                decided -> {
                  throw new OutOfMemoryError("of a test");
                },
                clock));
    for (DecisionPoint point : broken) {
      assertThat(point.decide(CALLER, question()).reason()).isEqualTo(DecisionReason.INTERNAL);
    }
    assertThat(noted).noneMatch(Decided::allowed).hasSize(3);
  }

  private DecisionReason reason(boolean own, Sight sight, @Nullable Hold hold, String tool) {
    return decide(
            new Case(own, sight, hold, false, "tool", tool, "read", "pii", held(Answer.PERMITTED)))
        .reason();
  }

  private Decision decide(Case one) {
    List<GovernedRelease> releases = new ArrayList<>();
    if (one.hold() != null) {
      releases.add(release("1.0.0", one.hold()));
    }
    if (one.another()) {
      releases.add(release("2.0.0", Hold.SUSPENDED));
    }
    View view = view(one.sight(), releases);
    return new DecisionPoint(
            () -> view, release -> one.policy(), noted::add, Clock.fixed(NOW, ZoneOffset.UTC))
        .decide(
            CALLER,
            new Question(
                one.ownSubject() ? WORKLOAD.subject() : "spiffe://prod/other",
                one.type(),
                one.tool(),
                one.permission(),
                List.of(one.dataClass()),
                Map.of()));
  }

  private DecisionPoint point(List<GovernedRelease> releases, Held policy) {
    DecisionLedger ledger = noted::add;
    LiveDecisions live = () -> view(Sight.FRESH, releases);
    return new DecisionPoint(live, release -> policy, ledger, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private static Question question() {
    return new Question(
        WORKLOAD.subject(), "tool", "refund.lookup", "read", List.of("pii"), Map.of());
  }

  private static Held held(Answer answer) {
    return new Held.Ready(new Fixed(answer));
  }

  static GovernedRelease release(String version, Hold hold) {
    return new GovernedRelease(
        new ReleaseId("production", "fraud-scorer", version),
        digest("release " + version),
        WORKLOAD,
        Map.of("refund.lookup", Set.of("read")),
        Set.of("pii", "financial"),
        "policy/",
        digest("policy"),
        digest("gate"),
        NOW.plusSeconds(3_600),
        hold);
  }

  static Digest digest(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static View view(Sight sight, List<GovernedRelease> releases) {
    return new View() {
      @Override
      public Sight sight() {
        return sight;
      }

      @Override
      public Duration staleness() {
        return Duration.ofMillis(7);
      }

      @Override
      public List<GovernedRelease> of(WorkloadKey workload) {
        return workload.equals(WORKLOAD) ? releases : List.of();
      }

      @Override
      public int inForce() {
        return releases.size();
      }
    };
  }

  private record Fixed(Answer answer) implements RuntimePolicy {
    @Override
    public RuntimeVerdict decide(RuntimeRequest request) {
      return new RuntimeVerdict(answer, List.of("policy.cedar#one"));
    }

    @Override
    public Prospect prospect(RuntimeRequest request) {
      return new Prospect(Possibility.SOMETIMES, Digest.of(new byte[0]));
    }

    @Override
    public Set<String> names() {
      return Set.of();
    }
  }

  private record Broken() implements RuntimePolicy {
    @Override
    public RuntimeVerdict decide(RuntimeRequest request) {
      throw new LinkageError("no engine");
    }

    @Override
    public Prospect prospect(RuntimeRequest request) {
      throw new LinkageError("no engine");
    }

    @Override
    public Set<String> names() {
      return Set.of();
    }
  }
}
