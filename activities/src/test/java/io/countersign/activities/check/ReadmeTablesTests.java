package io.countersign.activities.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.policy.GatePolicy.CheckRule;
import io.countersign.policy.GatePolicy.Tier;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What README says of checks and tiers is what the example's gate policy says. */
class ReadmeTablesTests {
  private static final List<String> README = CheckScene.text("../../README.md").lines().toList();

  private final List<Tier> tiers = new StrongTier().policy().tiers();

  static Stream<String> checks() {
    return StrongTier.INSTALLED.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("checks")
  void aCheckIsInItsTiersAndWaivableAsTold(String check) {
    List<String> cells = row("| [`" + check + "`](docs/checks.md#" + check.replace(".", "") + ")");
    assertThat(cells).hasSize(6).noneMatch(String::isBlank);
    List<Tier> having =
        tiers.stream().filter(tier -> rules(tier).anyMatch(rule -> named(rule, check))).toList();
    String from = "from `" + having.get(0).name() + "`";
    assertThat(cells.get(5)).isEqualTo(having.equals(tiers) ? "all" : from);
    assertThat(having).isEqualTo(tiers.subList(tiers.size() - having.size(), tiers.size()));
    boolean waivable = cells.get(4).startsWith("yes");
    assertThat(having)
        .allSatisfy(
            tier ->
                assertThat(rules(tier).filter(rule -> named(rule, check)))
                    .allMatch(rule -> rule.waivable() == waivable));
  }

  @ParameterizedTest
  @MethodSource("tierNames")
  void aTierHasAsManyChecksAsTold(String name) {
    Tier tier = tiers.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    assertThat(row("| `" + name + "` |").get(2))
        .containsPattern("\\b" + tier.checks().size() + "\\b");
  }

  static Stream<String> tierNames() {
    return new StrongTier().policy().tiers().stream().map(Tier::name);
  }

  private static Stream<CheckRule> rules(Tier tier) {
    return tier.checks().stream();
  }

  private static boolean named(CheckRule rule, String check) {
    return rule.check().equals(check);
  }

  private static List<String> row(String beginning) {
    List<String> rows = README.stream().filter(line -> line.startsWith(beginning)).toList();
    assertThat(rows).as(beginning).hasSize(1);
    return Arrays.stream(rows.get(0).substring(1).split("\\|")).map(String::strip).toList();
  }
}
