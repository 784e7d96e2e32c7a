package io.countersign.activities.reach;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.adapter.cedar.CedarPolicies;
import io.countersign.activities.port.RuntimePolicies.Compilation;
import io.countersign.activities.port.RuntimePolicy;
import io.countersign.activities.port.RuntimePolicy.Possibility;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReachTests {
  private static final String COUNTED =
      "namespace Application { type Arguments = { count?: Long, note?: String }; }";
  private static final String BELOW =
      "permit (principal, action, resource) when { context.arguments has count &&"
          + " context.arguments.count < %d };";

  private static Reach reach(String policy) {
    return reach(Releases.of("1", "pii"), Map.of("p.cedar", policy));
  }

  private static Reach counted(String policy) {
    return reach(
        Releases.of("1", "pii"), Map.of("p.cedar", policy, "arguments.cedarschema", COUNTED));
  }

  private static Reach reach(io.countersign.release.Manifest manifest, Map<String, String> texts) {
    Map<String, byte[]> files = new TreeMap<>();
    texts.forEach((name, text) -> files.put(name, text.getBytes(StandardCharsets.UTF_8)));
    return Reach.of(policy(files), files, manifest).orElseThrow();
  }

  private static RuntimePolicy policy(Map<String, byte[]> files) {
    return ((Compilation.Ready) new CedarPolicies().compile(files, Map.of())).policy();
  }

  private static Call call(String... classes) {
    return new Call("lookup", "read", List.of(classes));
  }

  @Test
  void everySetOfClassesIsAKindOfCall() {
    Reach reach =
        reach(
            Releases.of("1", "pii, financial"),
            Map.of("p.cedar", "permit (principal, action, resource);"));
    assertThat(reach.all())
        .containsExactly(call(), call("financial"), call("pii"), call("financial", "pii"));
    assertThat(reach.permitted()).isEqualTo(reach.all());
  }

  /** One class at a time would say that nothing of this is permitted. */
  @Test
  void whatIsPermittedForTwoClassesTogetherIsFound() {
    Reach reach =
        reach(
            Releases.of("1", "pii, financial"),
            Map.of(
                "p.cedar",
                "permit (principal, action, resource) when { context.dataClasses =="
                    + " [Countersign::DataClass::\"pii\", Countersign::DataClass::\"financial\"] };"));
    assertThat(reach.permitted()).containsExactly(call("financial", "pii"));
    assertThat(Reach.lines(reach.permitted()))
        .containsExactly("lookup (read) with financial and pii together");
  }

  @Test
  void equalPoliciesDoNotWiden() {
    String other = "// as before\n" + "@id(\"renamed\")\n" + BELOW.formatted(3);
    assertThat(counted(other).widens(counted(BELOW.formatted(3)))).isFalse();
  }

  /** They say nothing about the one tool that there is. */
  @Test
  void policiesForOtherToolsDoNotWiden() {
    String others =
        "permit (principal, action, resource == Countersign::Tool::\"other\");"
            + "forbid (principal, action, resource == Countersign::Tool::\"other\")"
            + " when { context.arguments has note };";
    assertThat(counted(BELOW.formatted(3) + others).widens(counted(BELOW.formatted(3)))).isFalse();
  }

  /** From the narrower to the wider of each pair, and back. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "forbid (principal, action, resource);                  | permit (principal, action, resource);",
        "permit (principal, action, resource) when { false };   | permit (principal, action, resource);",
        "permit (principal, action, resource) unless { context.dataClasses.contains(Countersign::DataClass::\"pii\") }; | permit (principal, action, resource);",
        "permit (principal, action, resource) when { context.arguments has count }; | permit (principal, action, resource);",
      })
  void whoeverPermitsMoreWidens(String narrow, String wide) {
    assertThat(counted(wide).widens(counted(narrow))).isTrue();
    assertThat(counted(narrow).widens(counted(wide))).isFalse();
  }

  @Test
  void anotherConditionOnTheArgumentsWidensInDoubt() {
    Reach three = counted(BELOW.formatted(3));
    Reach nine = counted(BELOW.formatted(9));
    assertThat(nine.widens(three)).isTrue();
    assertThat(three.widens(nine)).isTrue();
    assertThat(nine.beyond(three)).isEmpty();
    assertThat(nine.otherwise(three)).containsExactly(call(), call("pii"));
  }

  /** A forbid that is gone leaves the permit's own condition as it was. */
  @Test
  void aConditionLessWidens() {
    String forbid = "forbid (principal, action, resource) when { context.arguments has note };";
    assertThat(counted(BELOW.formatted(3)).widens(counted(BELOW.formatted(3) + forbid))).isTrue();
  }

  @Test
  void argumentsThatAreDeclaredOtherwiseWidenInDoubtWhereTheyAreAskedFor() {
    Map<String, String> looser =
        Map.of(
            "p.cedar",
            BELOW.formatted(3),
            "arguments.cedarschema",
            "namespace Application { type Arguments = { count?: Long, more?: String }; }");
    assertThat(reach(Releases.of("1", "pii"), looser).widens(counted(BELOW.formatted(3)))).isTrue();
    Map<String, String> commented =
        Map.of(
            "p.cedar",
            BELOW.formatted(3),
            "arguments.cedarschema",
            "// The same.\n" + COUNTED.replace("{ count", "{\n  count"));
    assertThat(reach(Releases.of("1", "pii"), commented).widens(counted(BELOW.formatted(3))))
        .isFalse();
  }

  /** 9007199254740993 and the number before it are one as a double. */
  @Test
  void conditionsDifferInTheLastDigit() {
    assertThat(
            counted(BELOW.formatted(9007199254740993L))
                .widens(counted(BELOW.formatted(9007199254740992L))))
        .isTrue();
  }

  @Test
  void whatBreaksOffPermitsNothing() {
    Reach reach =
        reach("permit (principal, action, resource) when { 9223372036854775807 + 1 == 0 };");
    assertThat(reach.possibility(call())).isEqualTo(Possibility.ERRORED);
    assertThat(reach.permitted()).isEmpty();
    assertThat(reach.broken()).containsExactly(call(), call("pii"));
  }

  @Test
  void moreKindsThanCanBeLookedAtAreNone() {
    Map<String, byte[]> files =
        Map.of("p.cedar", "permit (principal, action, resource);".getBytes(StandardCharsets.UTF_8));
    String classes = "a, b, c, d, e, f, g, h, i, j";
    assertThat(Reach.kinds(Releases.of("1", classes))).isEqualTo(1_024);
    assertThat(Reach.of(policy(files), files, Releases.of("1", classes + ", k"))).isEmpty();
    assertThat(Reach.most(Map.of("p.cedar", new byte[256 * 1024]))).isLessThan(200);
  }

  @Test
  void twentyClassesAreMoreThanCanBeCounted() {
    StringBuilder classes = new StringBuilder("c0");
    for (int i = 1; i < 20; i++) {
      classes.append(", c").append(i);
    }
    assertThat(Reach.kinds(Releases.of("1", classes.toString()))).isEqualTo(Long.MAX_VALUE);
  }
}
