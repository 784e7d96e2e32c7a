package io.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.release.Change;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatePolicyTests {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String POLICY =
      """
      {
        "apiVersion": "countersign.io/v1",
        "kind": "GatePolicy",
        "sources": {"files": ["."]},
        "issuers": {"cluster": {"issuer": "https://i", "algorithms": ["ES256"], "jwksUrl": "https://j"}},
        "systems": [{"name": "scorer", "environment": "production", "issuer": "cluster",
          "subject": "s", "audience": "a", "policySets": [["z", "y", "y"]],
          "tokenTtl": "1h", "validity": "30d"}],
        "acceptableUse": {"prohibited": [], "dataClasses": {}},
        "lifecycle": {"cutoverGrace": "10m", "standby": "7d", "suspension": "72h",
          "identityProof": "24h", "drift": "5m", "sweep": "5m", "sweepLimit": 5},
        "tiers": [
          {"name": "standard", "when": [{"always": true}], "checks": [{"check": "risk.a"}],
            "requirements": [{"function": "risk", "quorum": 1}],
            "signOffs": {"deadline": "72h", "reminders": ["48h", "24h"], "maxAge": "14d"},
            "caps": {"tokenTtl": "1h", "validity": "30d"}},
          {"name": "exposed",
            "when": [{"environment": ["production"], "exposure": ["customer-facing"]}],
            "checks": [{"check": "risk.a"}], "requirements": [{"function": "risk", "quorum": 1}],
            "signOffs": {"deadline": "72h", "maxAge": "14d"},
            "caps": {"tokenTtl": "1h", "validity": "30d"}},
          {"name": "widened",
            "when": [{"change": ["scope-widened"]}, {"dataClasses": ["pii"], "autonomy": ["agentic"]}],
            "checks": [{"check": "risk.a"}], "requirements": [{"function": "risk", "quorum": 2}],
            "signOffs": {"deadline": "72h", "maxAge": "14d"},
            "caps": {"tokenTtl": "1h", "validity": "30d"}}
        ]
      }
      """;

  private static GatePolicy read(JsonNode json) {
    return JSON.convertValue(json, GatePolicy.class);
  }

  private static ObjectNode document() throws Exception {
    return (ObjectNode) JSON.readTree(POLICY);
  }

  @ParameterizedTest
  @CsvSource({
    "staging, internal, assistive, public, model, standard",
    "production, internal, agentic, public, model, standard",
    "production, customer-facing, assistive, public, model, exposed",
    "staging, customer-facing, assistive, public, model, standard",
    "production, customer-facing, assistive, public, scope-widened, widened",
    "staging, internal, agentic, pii, model, widened",
    "staging, internal, assistive, pii, model, standard",
  })
  void conditionsSelectByTheirFacts(
      String environment, String exposure, String autonomy, String data, String change, String tier)
      throws Exception {
    TierFacts facts =
        new TierFacts(
            environment, exposure, autonomy, List.of(data), List.of(Change.parse(change)));
    assertThat(
            read(document()).tiers().stream()
                .filter(one -> one.when().stream().anyMatch(condition -> condition.matches(facts))))
        .last()
        .extracting(GatePolicy.Tier::name)
        .isEqualTo(tier);
  }

  @Test
  void aRuleStandsWithItsReasonAndNotWithAlways() {
    assertThatThrownBy(() -> condition(null, "true", null)).hasMessageContaining("because");
    assertThatThrownBy(() -> condition(null, null, "why")).hasMessageContaining("not be empty");
    assertThatThrownBy(() -> condition(true, "true", "why")).hasMessageContaining("always");
    assertThat(condition(null, "true", "why").why()).isEqualTo("why");
  }

  private static TierCondition condition(
      @Nullable Boolean always, @Nullable String rule, @Nullable String because) {
    return new TierCondition(always, null, null, null, null, null, rule, because);
  }

  @Test
  void readsWhatIsLeftOutAsNothing() throws Exception {
    GatePolicy policy = read(document());
    assertThat(policy.ci()).isEmpty();
    assertThat(policy.freezes()).isEmpty();
    assertThat(policy.tiers().get(1).signOffs().reminders()).isEmpty();
    assertThat(policy.tiers().get(0).checks().get(0).waivable()).isFalse();
  }

  @Test
  void ordersWhatHasAnOrder() throws Exception {
    GatePolicy policy = read(document());
    assertThat(policy.tiers().get(0).signOffs().reminders())
        .extracting(Object::toString)
        .containsExactly("1d", "2d");
    assertThat(policy.system("production", "scorer").orElseThrow().policySets())
        .containsExactly(List.of("y", "z"));
    assertThat(policy.system("staging", "scorer")).isEmpty();
  }

  @Test
  void emptinessIsRefused() throws Exception {
    for (String list : List.of("tiers", "systems")) {
      ObjectNode document = document();
      document.putArray(list);
      assertThatThrownBy(() -> read(document)).hasMessageContaining("must not be empty");
    }
    for (String list : List.of("when", "checks", "requirements")) {
      ObjectNode document = document();
      ((ObjectNode) document.path("tiers").get(1)).putArray(list);
      assertThatThrownBy(() -> read(document)).hasMessageContaining("must not be empty");
    }
  }

  @Test
  void aFirstTierThatCouldLeaveAReleaseOutIsRefused() throws Exception {
    ObjectNode document = document();
    document.withArray("tiers").remove(0);
    assertThatThrownBy(() -> read(document)).hasMessageContaining("always: true");
  }

  @Test
  void oneNameForTwoThingsIsRefused() throws Exception {
    ObjectNode tiers = document();
    tiers.withArray("tiers").add(tiers.path("tiers").get(0));
    assertThatThrownBy(() -> read(tiers)).hasMessageContaining("same name");
    ObjectNode systems = document();
    systems.withArray("systems").add(systems.path("systems").get(0));
    assertThatThrownBy(() -> read(systems)).hasMessageContaining("same name and environment");
    ObjectNode checks = document();
    ((ArrayNode) checks.at("/tiers/0/checks")).addObject().put("check", "risk.a");
    assertThatThrownBy(() -> read(checks)).hasMessageContaining("listed twice");
    ObjectNode functions = document();
    ((ArrayNode) functions.at("/tiers/0/requirements"))
        .addObject()
        .put("function", "risk")
        .put("quorum", 2);
    assertThatThrownBy(() -> read(functions)).hasMessageContaining("listed twice");
  }

  @Test
  void anIssuerThatNobodyDescribesIsRefused() throws Exception {
    ObjectNode document = document();
    document.putObject("issuers");
    assertThatThrownBy(() -> read(document)).hasMessageContaining("not under issuers");
  }

  @Test
  void aQuorumOfNobodyOrOfACrowdIsRefused() {
    assertThatThrownBy(() -> new Requirement(GateFunction.RISK, 0)).hasMessageContaining("1 to 20");
    assertThatThrownBy(() -> new Requirement(GateFunction.RISK, 21))
        .hasMessageContaining("1 to 20");
  }
}
