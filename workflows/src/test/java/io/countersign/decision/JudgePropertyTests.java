package io.countersign.decision;

import static io.countersign.decision.Cast.NOW;
import static io.countersign.decision.Cast.passing;
import static io.countersign.decision.Cast.requirements;
import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.decision.Cast.Said;
import io.countersign.decision.Decision.Approved;
import io.countersign.decision.Decision.Voice;
import io.countersign.policy.Approvers.Person;
import io.countersign.policy.GateFunction;
import io.countersign.policy.Requirement;
import io.countersign.signoff.SignOff;
import io.countersign.signoff.SignOffDecision;
import io.countersign.tries.Tries;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JudgePropertyTests {
  private static final int TRIES = 1000;
  private static final List<String> NAMES = List.of("p0", "p1", "p2", "p3", "p4");

  private static Requirements rules(List<Requirement> wanted) {
    List<Person> people = new ArrayList<>();
    for (String name : NAMES) {
      people.add(Cast.person(name, GateFunction.values()));
    }
    return Cast.with(requirements(wanted.toArray(Requirement[]::new)), people);
  }

  private static List<Requirement> wanted(Random random) {
    List<Requirement> all = new ArrayList<>();
    while (all.isEmpty()) {
      add(all, GateFunction.MLOPS, Tries.between(random, 0, 2));
      add(all, GateFunction.SECURITY, Tries.between(random, 0, 2));
      add(all, GateFunction.RISK, Tries.between(random, 0, 2));
    }
    return all;
  }

  private static void add(List<Requirement> all, GateFunction function, int quorum) {
    if (quorum > 0) {
      all.add(new Requirement(function, quorum));
    }
  }

  /** Sign-offs of all kinds and ages, some of which do not count. */
  private static List<SignOff> anything(Random random) {
    List<SignOff> all = new ArrayList<>();
    for (int i = Tries.between(random, 0, 10); i > 0; i--) {
      all.add(one(random));
    }
    return all;
  }

  private static SignOff one(Random random) {
    int seconds = Tries.between(random, -90 * 3_600, 200);
    int spoilt = Tries.between(random, 0, 9);
    Said said =
        new Said(
                Tries.one(random, "p0", "p1", "p2", "p3", "p4", "stranger"),
                Tries.one(random, GateFunction.values()),
                Tries.one(
                    random,
                    SignOffDecision.APPROVE,
                    SignOffDecision.APPROVE,
                    SignOffDecision.REJECT,
                    SignOffDecision.TAKE_BACK))
            .at(NOW.plusSeconds(seconds))
            .until(NOW.plusSeconds(86_400))
            .because("number " + seconds + " " + spoilt);
    return (spoilt == 0 ? said.ofReview(Cast.digest("other")) : said).signed();
  }

  private static List<SignOff> approvals(Random random) {
    return anything(random).stream().filter(s -> s.decision() == SignOffDecision.APPROVE).toList();
  }

  @Test
  void theOrderOfApprovalsDoesNotMatter() {
    Tries.of(
        TRIES,
        random -> {
          List<Requirement> wanted = wanted(random);
          List<SignOff> approvals = approvals(random);
          List<SignOff> shuffled = new ArrayList<>(approvals);
          Collections.shuffle(shuffled, random);
          Decision one = Judge.decide(rules(wanted), passing(), approvals, NOW);
          Decision two = Judge.decide(rules(wanted), passing(), shuffled, NOW);
          assertThat(two.getClass()).isEqualTo(one.getClass());
        });
  }

  @Test
  void aTakeBackNeverOpensTheGate() {
    Tries.of(
        TRIES,
        random -> {
          Requirements rules = rules(wanted(random));
          List<SignOff> before = anything(random);
          List<SignOff> all = new ArrayList<>(before);
          anything(random).stream()
              .filter(s -> s.decision() == SignOffDecision.TAKE_BACK)
              .forEach(all::add);
          if (!(Judge.decide(rules, passing(), before, NOW) instanceof Approved)) {
            assertThat(Judge.decide(rules, passing(), all, NOW)).isNotInstanceOf(Approved.class);
          }
        });
  }

  @Test
  void whoeverIsApprovedFillsEveryPlaceWithAnotherPerson() {
    int[] approved = new int[1];
    Tries.of(
        TRIES,
        random -> {
          List<Requirement> wanted = wanted(random);
          List<SignOff> said = anything(random);
          if (Judge.decide(rules(wanted), passing(), said, NOW) instanceof Approved decision) {
            approved[0]++;
            requireEveryPlaceFilled(wanted, said, decision);
          }
        });
    assertThat(approved[0]).as("decisions that this was tried on").isPositive();
  }

  private static void requireEveryPlaceFilled(
      List<Requirement> wanted, List<SignOff> said, Approved approved) {
    assertThat(approved.voices().stream().map(Voice::person)).doesNotHaveDuplicates();
    for (Requirement requirement : wanted) {
      assertThat(approved.voices().stream().filter(v -> v.function() == requirement.function()))
          .hasSize(requirement.quorum());
    }
    for (Voice voice : approved.voices()) {
      assertThat(said)
          .anyMatch(
              s ->
                  s.person().equals(voice.person())
                      && s.function() == voice.function()
                      && s.decision() == SignOffDecision.APPROVE);
    }
  }

  @Test
  void whatIsObjectedToChangesNothing() {
    Tries.of(
        TRIES,
        random -> {
          Requirements rules = rules(wanted(random));
          List<SignOff> said = anything(random);
          Decision before = Judge.decide(rules, passing(), said, NOW);
          for (SignOff other : anything(random)) {
            if (Judge.objection(rules, passing(), said, other, NOW).isPresent()) {
              List<SignOff> all = new ArrayList<>(said);
              all.add(other);
              assertThat(Judge.decide(rules, passing(), all, NOW)).isEqualTo(before);
            }
          }
        });
  }

  @Test
  void theMatchingFillsAsManyPlacesAsTryingEverything() {
    Tries.of(TRIES, random -> requireMost(wanted(random), approvals(random)));
  }

  private static void requireMost(List<Requirement> wanted, List<SignOff> approvals) {
    Map<String, List<GateFunction>> offers = new LinkedHashMap<>();
    approvals.forEach(
        s -> offers.computeIfAbsent(s.person(), p -> new ArrayList<>()).add(s.function()));
    List<GateFunction> places = new ArrayList<>();
    wanted.forEach(r -> places.addAll(Collections.nCopies(r.quorum(), r.function())));
    assertThat(new Matching(wanted, offers).voices())
        .hasSize(most(new ArrayList<>(offers.values()), 0, places));
  }

  private static int most(List<List<GateFunction>> offers, int person, List<GateFunction> free) {
    if (person == offers.size()) {
      return 0;
    }
    int best = most(offers, person + 1, free);
    for (GateFunction function : offers.get(person)) {
      List<GateFunction> rest = new ArrayList<>(free);
      if (rest.remove(function)) {
        best = Math.max(best, 1 + most(offers, person + 1, rest));
      }
    }
    return best;
  }
}
