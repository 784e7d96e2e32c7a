package io.countersign.activities.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.adapter.files.DocumentReader;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy;
import io.countersign.release.Change;
import io.countersign.release.Manifest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TiersTests {
  private static final DocumentReader READER = new DocumentReader(key -> key);
  private static final String BODY = "path \"kv/data/fraud\" { capabilities = [\"read\"] }";
  private static final String RELEASE =
      """
      apiVersion: countersign.io/v1
      kind: Release
      metadata: {system: fraud-scorer, version: "2", environment: production, owner: fraud@example.com}
      subjects:
        model: {uri: model, contributors: [dana@example.com]}
        dataset: {uri: data}
        prompts: {uri: prompts}
        policy: {uri: policy}
      workload: {identity: "spiffe://prod/fraud", image: "registry.example.com/fraud@sha256:IMAGE", issuer: prod-cluster}
      access: {policies: [fraud-read], tools: [{name: refund, permissions: [create]}], tokenTtl: 15m, validity: 14d}
      dependencies: [{name: payments, kind: api, owner: pay, dataClasses: [pii]}]
      profile: {exposure: internal, autonomy: agentic, dataClasses: [pii], intendedUse: Scores., impact: Delays.}
      """
          .replace("IMAGE", "ab".repeat(32));

  private final SortedMap<String, String> policies = new TreeMap<>(Map.of("fraud-read", BODY));
  private String release = RELEASE;
  private List<Change> changes = List.of(Change.MODEL);

  private static String tier(String name, String when) {
    return """
      - name: %s
        when: [%s]
        checks: [{check: mlops.model-quality}]
        requirements: [{function: mlops, quorum: 1}]
        signOffs: {deadline: 72h, maxAge: 14d}
        caps: {tokenTtl: 30m, validity: 30d}
    """
        .formatted(name, when);
  }

  private static GatePolicy gate(String... conditions) {
    return withTiers(
        IntStream.range(0, conditions.length)
            .mapToObj(i -> tier("tier-" + (i + 1), conditions[i]))
            .collect(Collectors.joining()));
  }

  /** Emergency tiers, from low to high. */
  private static GatePolicy emergencies(String... conditions) {
    return withTiers(
        IntStream.range(0, conditions.length)
            .mapToObj(
                i ->
                    tier("emergency-" + (i + 1), conditions[i])
                        .replace("quorum: 1}]", "quorum: 1}, {function: security, quorum: 1}]")
                        .replace("deadline: 72h, maxAge: 14d", "deadline: 2h, maxAge: 14d")
                        .replace("validity: 30d}", "validity: 7d}\n    emergency: {review: 3d}"))
            .collect(Collectors.joining()));
  }

  private static GatePolicy withTiers(String tiers) {
    String gate =
        """
        apiVersion: countersign.io/v1
        kind: GatePolicy
        sources: {files: ["."]}
        issuers:
          prod-cluster: {issuer: "https://k8s.example.com", algorithms: [ES256], publicKeys: [k.pem]}
        systems:
          - {name: fraud-scorer, environment: production, issuer: prod-cluster, subject: "spiffe://prod/fraud",
             audience: countersign, policySets: [[fraud-read]], tokenTtl: 1h, validity: 30d}
        acceptableUse: {prohibited: [social scoring], dataClasses: {pii: [internal]}}
        lifecycle: {cutoverGrace: 10m, standby: 7d, suspension: 72h, identityProof: 24h, drift: 5m, sweep: 5m, sweepLimit: 5}
        tiers:
          - name: tier-0
            when: [{always: true}]
            checks: [{check: mlops.model-quality}]
            requirements: [{function: mlops, quorum: 1}]
            signOffs: {deadline: 72h, maxAge: 14d}
            caps: {tokenTtl: 30m, validity: 30d}
        """
            + tiers;
    return READER.gatePolicy(gate.getBytes(StandardCharsets.UTF_8));
  }

  private TierChoice choose(GatePolicy policy) {
    Manifest manifest =
        READER.release("r.yaml", release.getBytes(StandardCharsets.UTF_8)).manifest();
    return Tiers.choose(policy, manifest, changes, policies);
  }

  private static String rule(String cel) {
    return "{rule: '" + cel.replace("'", "''") + "', because: It is so.}";
  }

  @Test
  void whatCannotBeToldOpensNoEmergency() {
    release = RELEASE + "emergency: {incident: INC-1, reason: It pays.}\n";
    String untold = rule("scope.all(s, !s.wildcard)");
    String told = "{environment: [production]}";
    assertThat(choose(emergencies(untold)).tier().name()).isEqualTo("emergency-1");
    policies.put("fraud-read", "not HCL {");
    assertThatThrownBy(() -> choose(emergencies(untold)))
        .isInstanceOfSatisfying(
            GateException.class, e -> assertThat(e.type()).isEqualTo(FailureType.OUTSIDE_POLICY));
    assertThat(choose(emergencies(told, untold)).tier().name()).isEqualTo("emergency-2");
    assertThat(choose(emergencies(untold, told)).tier().name()).isEqualTo("emergency-2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "release.profile.autonomy == 'agentic'",
        "'pii' in release.profile.dataClasses",
        "release.access.tools.exists(t, t.permissions.exists(p, p != 'read'))",
        "release.dependencies.exists(d, d.kind == 'api' && 'pii' in d.dataClasses)",
        "release.access.tokenTtl > duration('10m') && release.access.validity < duration('720h')",
        "'model' in diff.changes && !diff.first",
        "scope.exists(s, s.path.startsWith('kv/data/') && 'read' in s.capabilities && !s.wildcard)",
        "release.metadata.environment.matches('^prod.*')",
        "release.subjects.model.contributors.size() == 1",
        "release.rollbackTo == ''"
      })
  void aRuleThatHoldsSelectsItsTier(String cel) {
    TierChoice choice = choose(gate(rule(cel)));
    assertThat(choice.tier().name()).isEqualTo("tier-1");
    assertThat(choice.decisive()).containsExactly(new Reason("tier-1", "It is so.", cel, true));
    assertThat(choice.wouldRaise()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "release.profile.autonomy == 'assistive'",
        "diff.first",
        "scope.exists(s, s.wildcard)",
        "release.access.tools.exists(t, t.name == 'transfer')",
        "false"
      })
  void aRuleThatDoesNotHoldSelectsNothing(String cel) {
    TierChoice choice = choose(gate(rule(cel)));
    assertThat(choice.tier().name()).isEqualTo("tier-0");
    assertThat(choice.decisive())
        .extracting(Reason::because)
        .containsExactly("it is the tier of every release that no higher one takes");
    assertThat(choice.wouldRaise()).containsExactly(new Reason("tier-1", "It is so.", cel, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1 / (release.access.policies.size() - 1) == 7",
        "release.dependencies[3].kind == 'api'",
        "duration(release.metadata.owner) > duration('1s')"
      })
  void aRuleThatCannotBeToldSelectsItsTier(String cel) {
    TierChoice choice = choose(gate(rule(cel), rule("false")));
    assertThat(choice.tier().name()).isEqualTo("tier-1");
    assertThat(choice.decisive()).extracting(Reason::told).containsExactly(false);
    assertThat(choice.decisive().get(0).because())
        .isEqualTo("could not be told, which counts as yes: It is so.");
  }

  @Test
  void aScopeThatIsNotUnderstoodCannotBeTold() {
    policies.put("fraud-read", "path \"kv/{{identity.entity.id}}\" { capabilities = [\"read\"] }");
    assertThat(choose(gate(rule("scope.exists(s, s.wildcard)"))).tier().name()).isEqualTo("tier-1");
    assertThat(choose(gate(rule("diff.first"))).tier().name()).isEqualTo("tier-0");
  }

  @Test
  void aDenialIsNoScope() {
    policies.put("fraud-read", BODY + "\npath \"sys/*\" { capabilities = [\"deny\"] }");
    assertThat(choose(gate(rule("scope.exists(s, s.wildcard)"))).tier().name()).isEqualTo("tier-0");
  }

  @Test
  void anExplodingRuleIsStoppedAndSelectsItsTier() {
    String list =
        IntStream.range(0, 60).mapToObj(Integer::toString).collect(Collectors.joining(","));
    String cel =
        "[LIST].all(a, [LIST].all(b, [LIST].all(c, [LIST].all(d, true))))".replace("LIST", list);
    assertThat(choose(gate(rule(cel))).decisive()).extracting(Reason::told).containsExactly(false);
  }

  @Test
  void theOtherFieldsOfAConditionNarrowItsRule() {
    String narrowed = "{exposure: [customer-facing], rule: 'true', because: It is so.}";
    assertThat(choose(gate(narrowed)).tier().name()).isEqualTo("tier-0");
    release = RELEASE.replace("exposure: internal", "exposure: customer-facing");
    assertThat(choose(gate(narrowed)).decisive())
        .extracting(Reason::because)
        .containsExactly("It is so. (exposure customer-facing)");
  }

  @Test
  void theHighestTierThatAnythingSelectsCounts() {
    GatePolicy policy = gate(rule("true"), "{change: [scope-widened]}", "{autonomy: [autonomous]}");
    assertThat(choose(policy).tier().name()).isEqualTo("tier-1");
    changes = List.of(Change.SCOPE_WIDENED);
    TierChoice choice = choose(policy);
    assertThat(choice.tier().name()).isEqualTo("tier-2");
    assertThat(choice.decisive())
        .extracting(Reason::because)
        .containsExactly("change scope-widened");
    assertThat(choice.wouldRaise())
        .extracting(Reason::tier, Reason::because)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("tier-3", "autonomy autonomous"));
  }

  @ParameterizedTest
  @CsvSource({"tier-0, tier-1", "tier-1, tier-1", "tier-2, tier-2"})
  void peopleMayOnlyRaiseTheTier(String asked, String chosen) {
    release =
        RELEASE.replace("owner: fraud@example.com", "owner: fraud@example.com, tier: " + asked);
    assertThat(choose(gate(rule("true"), rule("false"))).tier().name()).isEqualTo(chosen);
  }

  @Test
  void aTierThatDoesNotExistIsRefused() {
    release = RELEASE.replace("owner: fraud@example.com", "owner: fraud@example.com, tier: light");
    assertThatThrownBy(() -> choose(gate(rule("true"))))
        .isInstanceOfSatisfying(
            GateException.class, e -> assertThat(e.type()).isEqualTo(FailureType.OUTSIDE_POLICY))
        .hasMessageContaining("found 'light', allowed are [tier-0, tier-1]");
  }

  @ParameterizedTest
  @CsvSource({
    "release.profile.exposur == 'x', undefined field 'exposur'",
    "release.profile.exposure, expected type 'bool' but found 'string'",
    "release.profile.exposure ==, mismatched input",
    "now() > timestamp('2020-01-01T00:00:00Z'), undeclared reference to 'now'",
    "environment == 'production', undeclared reference to 'environment'",
    "release.profile.exposure == 3, no matching overload"
  })
  void aRuleThatIsWrongIsAnErrorOfTheFile(String cel, String problem) {
    assertThatThrownBy(() -> gate(rule(cel)))
        .isInstanceOfSatisfying(
            GateException.class,
            e -> assertThat(e.type()).isEqualTo(FailureType.INVALID_GATE_POLICY))
        .hasMessageContaining("/tiers/1/when/0/rule")
        .hasMessageContaining(problem)
        .hasMessageContaining(
            "allowed is a boolean expression in CEL over release, diff and scope");
  }

  @Test
  void aRuleTooLongOrTooDeepIsAnErrorOfTheFile() {
    assertThat(TierRule.problem("true || ".repeat(300) + "true")).isPresent();
    assertThat(TierRule.problem("(".repeat(40) + "true" + ")".repeat(40))).isPresent();
    assertThat(TierRule.problem("true")).isEmpty();
  }
}
