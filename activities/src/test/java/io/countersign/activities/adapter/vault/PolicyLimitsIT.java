package io.countersign.activities.adapter.vault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.check.Contexts;
import io.countersign.activities.check.scope.ScopeReview;
import io.countersign.activities.engine.EngineBinaries;
import io.countersign.activities.scope.VaultPolicies;
import io.countersign.release.ScopeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What the gate says about limits and protected paths, against a real server. */
@TestInstance(Lifecycle.PER_CLASS)
class PolicyLimitsIT {
  private static final List<String> NAMES = List.of("p", "Q", "q", "*");
  private static final List<String> VALUES = List.of("x", "y");
  private static final int PAIRS = 60;

  private VaultFixture vault;

  @BeforeAll
  void start() throws Exception {
    vault = VaultFixture.start(EngineBinaries.ofThisProcess().openBao());
    vault.write("sys/mounts/plain", Map.of("type", "kv", "options", Map.of("version", "1")));
    vault.write("sys/mounts/pki", Map.of("type", "pki"));
  }

  @AfterAll
  void stop() throws Exception {
    if (vault != null) {
      vault.close();
    }
  }

  @Test
  void aLimitThatLeavesMoreByOurReadingLeavesMoreOnTheServer() {
    Random random = new Random(20261125);
    int compared = 0;
    int passed = 0;
    while (compared < PAIRS) {
      String wide = policy(random);
      String narrow = policy(random);
      if (wide.equals(narrow) || !scope(wide).covers(scope(narrow))) {
        continue;
      }
      compared++;
      String first = token("limits-wide", wide);
      String second = token("limits-narrow", narrow);
      for (Map<String, Object> request : requests()) {
        if (write(second, request)) {
          passed++;
          assertThat(write(first, request)).as("%s: %s then %s", request, wide, narrow).isTrue();
        }
      }
    }
    assertThat(passed).as("requests that showed something").isGreaterThan(PAIRS / 2);
  }

  private static ScopeView scope(String body) {
    return VaultPolicies.scope(new TreeMap<>(Map.of("limits", body)));
  }

  private String token(String name, String body) {
    vault.write("sys/policies/acl/" + name, Map.of("policy", body));
    return vault
        .send(
            "POST",
            "auth/token/create",
            vault.server.rootToken().reveal(),
            Map.of("policies", List.of(name), "no_default_policy", true, "ttl", "5m"))
        .body()
        .path("auth")
        .path("client_token")
        .asText();
  }

  private boolean write(String token, Map<String, Object> request) {
    return vault.status("POST", "plain/limited", token, request) < 300;
  }

  private static String policy(Random random) {
    return "path \"plain/limited\" {\n  capabilities = [\"create\", \"update\"]\n"
        + limit("allowed_parameters", random)
        + limit("denied_parameters", random)
        + (random.nextInt(3) == 0 ? "  required_parameters = [\"p\"]\n" : "")
        + "}\n";
  }

  private static String limit(String kind, Random random) {
    List<String> parameters = new ArrayList<>();
    for (String name : NAMES) {
      if (random.nextInt(3) == 0) {
        List<String> values =
            VALUES.stream().filter(v -> random.nextBoolean()).map(v -> '"' + v + '"').toList();
        parameters.add("    \"" + name + "\" = [" + String.join(", ", values) + "]\n");
      }
    }
    return parameters.isEmpty()
        ? ""
        : "  " + kind + " = {\n" + String.join("", parameters) + "  }\n";
  }

  private static List<Map<String, Object>> requests() {
    List<Map<String, Object>> requests = new ArrayList<>();
    for (String x : VALUES) {
      requests.add(Map.of("p", x));
      requests.add(Map.of("r", x));
      VALUES.forEach(y -> requests.add(Map.of("p", x, "q", y)));
    }
    return requests;
  }

  @Test
  void whatTheServerMarksForRootNoTierCanAllow() {
    JsonNode described =
        vault
            .send("GET", "sys/internal/specs/openapi", vault.server.rootToken().reveal(), null)
            .body();
    List<String> marked = new ArrayList<>();
    described
        .path("paths")
        .properties()
        .forEach(
            path -> {
              if (path.getValue().path("x-vault-sudo").asBoolean()) {
                marked.add(path.getKey().substring(1).replaceAll("\\{[^}]*}", "x"));
              }
            });
    assertThat(marked).hasSizeGreaterThan(20);
    for (String path : marked) {
      Contexts release = new Contexts();
      release.with = "{\"allow\": [{\"path\": \"*\", \"capabilities\": [\"read\", \"sudo\"]}]}";
      release.body = "path \"" + path + "\" { capabilities = [\"read\", \"sudo\"] }";
      assertThat(release.findings(new ScopeReview())).as(path).contains("root-protected");
    }
  }
}
