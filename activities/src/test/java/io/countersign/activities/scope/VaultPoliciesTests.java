package io.countersign.activities.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.release.ScopeRule;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VaultPoliciesTests {

  @Test
  void readsWhatTeamsWrite() {
    List<ScopeRule> rules =
        VaultPolicies.rules(
            "p",
            """
            # a comment
            // another
            /* and
               a third */
            name = "fraud"
            path "kv/data/fraud/*" { capabilities = ["read", "list"] }
            path "kv/metadata/+/x" {
              policy = "write"
              min_wrapping_ttl = "1m"
              allowed_parameters = {
                "a" = ["x", 1, true]
                "*" = []
              }
              required_parameters = [ "a", ]
            }
            path "sys/raw" {
              min_wrapping_ttl = <<-EOT
                1m
                EOT
              policy = "deny"
            }
            """);
    assertThat(rules).hasSize(3);
    assertThat(rules.get(0).toString()).isEqualTo("kv/data/fraud/* [list, read]");
    assertThat(rules.get(1).capabilities())
        .containsExactly("create", "delete", "list", "read", "update");
    assertThat(rules.get(1).limits())
        .containsEntry("allowed_parameters", "{\"*\":[],\"a\":[\"x\",1,true]}")
        .containsEntry("min_wrapping_ttl", "1m");
    assertThat(rules.get(2).denies()).isTrue();
    assertThat(rules.get(2).limits().get("min_wrapping_ttl")).isEqualToIgnoringWhitespace("1m");
  }

  @Test
  void readsJsonAlike() {
    String hcl = "path \"a/*\" { capabilities = [\"read\"] }";
    String json = "{\"path\": {\"a/*\": {\"capabilities\": [\"read\"]}}}";
    assertThat(VaultPolicies.rules("p", json)).isEqualTo(VaultPolicies.rules("p", hcl));
    assertThat(VaultPolicies.rules("p", hcl.replace(" ", "\r\n")))
        .isEqualTo(VaultPolicies.rules("p", hcl));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "# nothing",
        "path \"a\" {}",
        "path \"a\" { capabilities = [] }",
        "path \"a\" { capabilities = [\"root\"] }",
        "path \"a\" { capabilities = \"read\" }",
        "path \"a\" { capabilities = [\"read\"] capabilities = [\"sudo\"] }",
        "path \"a\" { policy = \"admin\" }",
        "path \"a\" { control_group = {} capabilities = [\"read\"] }",
        "path \"a\" { unknown = 1 capabilities = [\"read\"] }",
        "path \"a\" \"b\" { capabilities = [\"read\"] }",
        "path a { capabilities = [\"read\"] }",
        "path \"a\" { capabilities = [\"read\"]",
        "path \"a\" { capabilities = [\"read\" \"sudo\"] }",
        "path \"a${b}\" { capabilities = [\"read\"] }",
        "path \"{{identity.entity.name}}/*\" { capabilities = [\"read\"] }",
        "path \"a*b\" { capabilities = [\"read\"] }",
        "path \"a\nb\" { capabilities = [\"read\"] }",
        "path \"a\u0000\" { capabilities = [\"read\"] }",
        "path \"a\" { capabilities = [upper(\"read\")] }",
        "path \"a\" { capabilities = [<<EOT\nread\n] }",
        "rule \"a\" { capabilities = [\"read\"] }",
        "key_prefix \"a\" { policy = \"read\" }",
        "path \"a\" { capabilities = [\"read\"] } /* open",
        "\ufeffpath \"a\" { capabilities = [\"read\"] }",
        "{\"path\": {\"a\": {\"capabilities\": [\"read\"]}, \"a\": {\"capabilities\": [\"sudo\"]}}}",
        "{\"path\": {\"a\": {\"capabilities\": [\"read\"]}}} x",
        "{\"path\": {\"a\": {\"capabilities\": [\"read\"]}}, \"paths\": {}}",
        "{\"path\": [\"a\"]}",
        "{}",
        "{"
      })
  void refusesWhatItDoesNotUnderstand(String body) {
    assertThatThrownBy(() -> VaultPolicies.rules("p", body))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("policy 'p'");
  }

  @Test
  void refusesDeepAndLongTextsQuickly() {
    String deep = "path \"a\" { allowed_parameters = " + "[".repeat(100_000);
    assertThatThrownBy(() -> VaultPolicies.rules("p", deep)).hasMessageContaining("levels");
    assertThatThrownBy(() -> VaultPolicies.rules("p", " ".repeat(300_000)))
        .hasMessageContaining("more than");
    assertThatThrownBy(() -> VaultPolicies.rules("p", "{\"path\":" + "[".repeat(100_000)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "read, read, true",
    "read, 'read\", \"list', false",
    "'read\", \"list', read, true",
    "deny, read, false",
    "read, deny, true"
  })
  void comparesScopesByMeaning(String approved, String later, boolean covered) {
    assertThat(new VaultPolicyScope().covers(bodies(approved), bodies(later))).isEqualTo(covered);
  }

  @Test
  void takesWhatItDoesNotUnderstandForWider() {
    TreeMap<String, String> strange = new TreeMap<>();
    strange.put("p", "path \"a\" { sentinel = 1 }");
    assertThat(new VaultPolicyScope().covers(strange, strange)).isFalse();
    assertThat(new VaultPolicyScope().covers(bodies("read"), strange)).isFalse();
  }

  private static TreeMap<String, String> bodies(String capabilities) {
    TreeMap<String, String> bodies = new TreeMap<>();
    bodies.put("p", "path \"a\" { capabilities = [\"" + capabilities + "\"] }");
    return bodies;
  }

  @Test
  void morePathsThanCanBeComparedAreRefused() {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < 500; i++) {
      body.append("path \"kv/data/").append(i).append("\" { capabilities = [\"read\"] }\n");
    }
    TreeMap<String, String> bodies = new TreeMap<>();
    bodies.put("one", body.toString());
    bodies.put("two", body.toString().replace("kv/", "kv2/"));
    assertThat(VaultPolicies.scope(bodies).rules()).hasSize(1_000);
    bodies.put("three", "path \"kv/data/more\" { capabilities = [\"read\"] }");
    assertThatThrownBy(() -> VaultPolicies.scope(bodies)).hasMessageContaining("found 1001 paths");
  }
}
