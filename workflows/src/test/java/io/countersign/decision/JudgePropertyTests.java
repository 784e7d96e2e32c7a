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
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class JudgePropertyTests {
  private static final List<String> NAMES = List.of("p0", "p1", "p2", "p3", "p4");

  private static Requirements rules(List<Requirement> wanted) {
    List<Person> people = new ArrayList<>();
    for (String name : NAMES) {
      people.add(Cast.person(name, GateFunction.values()));
    }
    return Cast.with(requirements(wanted.toArray(Requirement[]::new)), people);
  }

  @Provide
  Arbitrary<List<Requirement>> wanted() {
    return Combinators.combine(quorum(), quorum(), quorum())
        .as(
            (mlops, security, risk) -> {
              List<Requirement> all = new ArrayList<>();
              add(all, GateFunction.MLOPS, mlops);
              add(all, GateFunction.SECURITY, security);
              add(all, GateFunction.RISK, risk);
              return all;
            })
        .filter(all -> !all.isEmpty());
  }

  private static Arbitrary<Integer> quorum() {
    return Arbitraries.integers().between(0, 2);
  }

  private static void add(List<Requirement> all, GateFunction function, int quorum) {
    if (quorum > 0) {
      all.add(new Requirement(function, quorum));
    }
  }

  /** Sign-offs of all kinds and ages, some of which do not count. */
  @Provide
  Arbitrary<List<SignOff>> anything() {
    Arbitrary<SignOff> one =
        Combinators.combine(
                Arbitraries.of("p0", "p1", "p2", "p3", "p4", "stranger"),
                Arbitraries.of(GateFunction.class),
                Arbitraries.of(
                    SignOffDecision.APPROVE,
                    SignOffDecision.APPROVE,
                    SignOffDecision.REJECT,
                    SignOffDecision.TAKE_BACK),
                Arbitraries.integers().between(-90 * 3_600, 200),
                Arbitraries.integers().between(0, 9))
            .as(
                (person, function, decision, seconds, spoilt) -> {
                  Said said =
                      new Said(person, function, decision)
                          .at(NOW.plusSeconds(seconds))
                          .until(NOW.plusSeconds(86_400))
                          .because("number " + seconds + " " + spoilt);
                  return (spoilt == 0 ? said.ofReview(Cast.digest("other")) : said).signed();
                });
    return one.list().ofMaxSize(10);
  }

  @Provide
  Arbitrary<List<SignOff>> approvals() {
    return anything()
        .map(all -> all.stream().filter(s -> s.decision() == SignOffDecision.APPROVE).toList());
  }

  @Property
  void theOrderOfApprovalsDoesNotMatter(
      @ForAll("wanted") List<Requirement> wanted,
      @ForAll("approvals") List<SignOff> approvals,
      @ForAll long seed) {
    List<SignOff> shuffled = new ArrayList<>(approvals);
    Collections.shuffle(shuffled, new Random(seed));
    Decision one = Judge.decide(rules(wanted), passing(), approvals, NOW);
    Decision two = Judge.decide(rules(wanted), passing(), shuffled, NOW);
    assertThat(two.getClass()).isEqualTo(one.getClass());
  }

  @Property
  void aTakeBackNeverOpensTheGate(
      @ForAll("wanted") List<Requirement> wanted,
      @ForAll("anything") List<SignOff> before,
      @ForAll("anything") List<SignOff> after) {
    List<SignOff> takeBacks =
        after.stream().filter(s -> s.decision() == SignOffDecision.TAKE_BACK).toList();
    List<SignOff> all = new ArrayList<>(before);
    all.addAll(takeBacks);
    if (!(Judge.decide(rules(wanted), passing(), before, NOW) instanceof Approved)) {
      assertThat(Judge.decide(rules(wanted), passing(), all, NOW)).isNotInstanceOf(Approved.class);
    }
  }

  @Property
  void whoeverIsApprovedFillsEveryPlaceWithAnotherPerson(
      @ForAll("wanted") List<Requirement> wanted, @ForAll("anything") List<SignOff> said) {
    if (Judge.decide(rules(wanted), passing(), said, NOW) instanceof Approved approved) {
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
  }

  @Property
  void whatIsObjectedToChangesNothing(
      @ForAll("wanted") List<Requirement> wanted,
      @ForAll("anything") List<SignOff> said,
      @ForAll("anything") List<SignOff> others) {
    Requirements rules = rules(wanted);
    Decision before = Judge.decide(rules, passing(), said, NOW);
    for (SignOff other : others) {
      if (Judge.objection(rules, passing(), said, other, NOW).isPresent()) {
        List<SignOff> all = new ArrayList<>(said);
        all.add(other);
        assertThat(Judge.decide(rules, passing(), all, NOW)).isEqualTo(before);
      }
    }
  }

  @Property
  void theMatchingFillsAsManyPlacesAsTryingEverything(
      @ForAll("wanted") List<Requirement> wanted, @ForAll("approvals") List<SignOff> approvals) {
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
