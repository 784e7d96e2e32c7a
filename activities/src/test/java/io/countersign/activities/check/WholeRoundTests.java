package io.countersign.activities.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.port.Progress;
import io.countersign.activities.port.RecordFixture;
import io.countersign.check.CheckResult;
import io.countersign.check.Severity;
import io.countersign.failure.FailureType;
import io.countersign.policy.GatePolicy.CheckRule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What weighs all checks sees the results of exactly this round, and all of them. */
class WholeRoundTests {
  private final CheckScene scene = new CheckScene();
  private final List<List<CheckResult>> seen = new ArrayList<>();
  private final List<String> others =
      scene.dossiers.of(CheckScene.RELEASE).tier().checks().stream()
          .map(CheckRule::check)
          .filter(name -> !name.equals(CheckScene.MADE_UP))
          .sorted()
          .toList();
  private final ChecksActivity activity = scene.activity(installed());

  /** Stand-ins that note their name; the last one weighs. */
  private Check[] installed() {
    List<Check> checks = new ArrayList<>();
    others.forEach(
        name ->
            checks.add(
                check(name, new CheckFindings().note("saw", Severity.LOW, "by " + name, name))));
    checks.add(
        new Check() {
          @Override
          public String name() {
            return CheckScene.MADE_UP;
          }

          @Override
          public CheckFindings run(CheckContext context) {
            seen.add(context.world().otherResults());
            return new CheckFindings();
          }
        });
    return checks.toArray(Check[]::new);
  }

  private static Check check(String name, CheckFindings findings) {
    return new Check() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public CheckFindings run(CheckContext context) {
        return findings;
      }
    };
  }

  private void run(String name, int round) {
    activity.run(name, CheckScene.round(round), Progress.unwatched());
  }

  @Test
  void itIsBrokenWhileOneIsMissing() {
    others.stream().skip(1).forEach(name -> run(name, 1));
    RecordFixture.refused(FailureType.CHECK_BROKEN, () -> run(CheckScene.MADE_UP, 1));
    assertThat(scene.results(1)).hasSize(others.size() - 1);
    run(others.get(0), 1);
    run(CheckScene.MADE_UP, 1);
    assertThat(seen.get(0)).extracting(CheckResult::check).isEqualTo(others);
  }

  @Test
  void resultsOfAnEarlierRoundAreNoneOfThis() {
    others.forEach(name -> run(name, 1));
    run(others.get(0), 2);
    RecordFixture.refused(FailureType.CHECK_BROKEN, () -> run(CheckScene.MADE_UP, 2));
    assertThat(seen).isEmpty();
  }
}
