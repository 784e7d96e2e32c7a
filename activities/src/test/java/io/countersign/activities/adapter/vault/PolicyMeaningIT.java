package io.countersign.activities.adapter.vault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.engine.EngineBinaries;
import io.countersign.activities.scope.VaultPolicies;
import io.countersign.release.ScopeRule;
import io.countersign.release.ScopeView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/**
 * What the gate reads in policies against what a real server makes of them. Wherever both take a
 * text, they must agree about every path; where the gate refuses a text, the server may do as it
 * likes.
 */
@TestInstance(Lifecycle.PER_CLASS)
class PolicyMeaningIT {
  private static final List<String> PATHS = paths();
  private static final List<String> CAPABILITIES =
      List.of("create", "read", "update", "delete", "list", "sudo", "patch");

  private static final int ROUNDS = 400;

  private VaultFixture vault;

  protected Optional<java.nio.file.Path> binary() {
    return EngineBinaries.ofThisProcess().openBao();
  }

  @BeforeAll
  void start() throws Exception {
    vault = VaultFixture.start(binary());
  }

  @AfterAll
  void stop() throws Exception {
    if (vault != null) {
      vault.close();
    }
  }

  private static List<String> paths() {
    List<String> parts = List.of("a", "b", "ab", "abc");
    List<String> paths = new ArrayList<>(parts);
    for (String x : parts) {
      paths.add(x + "/");
      for (String y : parts) {
        paths.add(x + "/" + y);
        paths.add(x + "/" + y + "/");
        parts.forEach(z -> paths.add(x + "/" + y + "/" + z));
      }
    }
    return paths;
  }

  @Test
  void agreesWithTheServerAboutRandomPolicies() {
    Random random = new Random(20261123);
    for (int i = 0; i < 300; i++) {
      TreeMap<String, String> bodies = new TreeMap<>();
      for (int p = 0; p <= random.nextInt(2); p++) {
        bodies.put("sample-" + p, policy(random));
      }
      assertThat(compare(bodies)).as("both take %s", bodies).isTrue();
    }
  }

  private static String policy(Random random) {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i <= random.nextInt(4); i++) {
      StringBuilder path = new StringBuilder(random.nextInt(8) == 0 ? "/" : "");
      int segments = 1 + random.nextInt(3);
      for (int s = 0; s < segments; s++) {
        path.append(s == 0 ? "" : "/").append(pick(random, "a", "b", "ab", "+"));
      }
      boolean plus = path.toString().endsWith("+");
      path.append(pick(random, "", "", "/", "/*", plus ? "" : "*"));
      String capabilities =
          pick(
              random,
              "capabilities = [\"read\"]",
              "capabilities = [\"read\", \"update\"]",
              "capabilities = [\"list\"]",
              "capabilities = [\"create\", \"sudo\"]",
              "capabilities = [\"patch\", \"delete\"]",
              "capabilities = [\"deny\"]",
              "capabilities = [\"read\", \"deny\"]",
              "policy = \"read\"",
              "policy = \"write\"",
              "policy = \"deny\"",
              "policy = \"sudo\"");
      body.append("path \"%s\" { %s }\n".formatted(path, capabilities));
    }
    return body.toString();
  }

  /** Texts that a reader of HCL may take for another thing than the server does. */
  @Test
  void agreesWithTheServerAboutStrangeTexts() {
    List<String> texts =
        List.of(
            "path \"a\" { capabilities = [\"read\"], }",
            "path \"a\" { capabilities = [\"read\",] }",
            "path \"a\" { capabilities = [\"read\"]\n policy = \"write\" }",
            "path \"a\" { policy = \"write\" capabilities = [\"read\"] }",
            "path \"a\" { capabilities = [\"read\"] } path \"a\" { capabilities = [\"sudo\"] }",
            "path \"a\" { capabilities = [\"read\"] } path \"a\" { capabilities = [\"deny\"] }",
            "path \"a\" { capabilities = [\"read\"] } path \"/a\" { capabilities = [\"sudo\"] }",
            "path \"//a\" { capabilities = [\"read\"] }",
            "path \"\\u0061\" { capabilities = [\"read\"] }",
            "path \"a\\u002a\" { capabilities = [\"read\"] }",
            "path \"a\\x2a\" { capabilities = [\"read\"] }",
            "path \"\\141\" { capabilities = [\"read\"] }",
            "path \"a\\\"\" { capabilities = [\"read\"] }",
            "path = { \"a\" = { capabilities = [\"read\"] } }",
            "path { \"a\" { capabilities = [\"read\"] } }",
            "path \"a\" \"b\" { capabilities = [\"read\"] }",
            "\"path\" \"a\" { capabilities = [\"read\"] }",
            "path \"a\" { \"capabilities\" = [\"read\"] }",
            "path \"a\" { capabilities: [\"read\"] }",
            "path \"a\" { Capabilities = [\"read\"] }",
            "PATH \"a\" { capabilities = [\"read\"] }",
            "path \"A\" { capabilities = [\"read\"] }",
            "path \"a\" { capabilities = [\"READ\"] }",
            "path \"a\" { capabilities = [\"Read\", \"list\"] }",
            "path \"a\" { capabilities = [\" read\"] }",
            "path \"a\" { capabilities = [\"read\", \"read\"] }",
            "path \"a\" { capabilities = [\"read\"] capabilities = [\"sudo\"] }",
            "path \"a\" { capabilities = [[\"read\"]] }",
            "path \"a\" { capabilities = {\"read\" = true} }",
            "path \"a\" { capabilities = \"read\" }",
            "path \"a\" { capabilities = [<<EOT\nread\nEOT\n] }",
            "path \"a\" { capabilities = [<<-EOT\n  read\n  EOT\n] }",
            "path <<EOT\na\nEOT\n { capabilities = [\"read\"] }",
            "path \"a\" { policy = <<EOT\nwrite\nEOT\n}",
            "# path \"a\" {}\npath \"b\" { capabilities = [\"read\"] }",
            "/* path \"a\" { */ path \"b\" { capabilities = [\"read\"] }",
            "/* /* */ path \"b\" { capabilities = [\"read\"] }",
            "/* /* */ */ path \"b\" { capabilities = [\"read\"] }",
            "path \"a\" { # capabilities = [\"sudo\"]\ncapabilities = [\"read\"] }",
            "path \"a\" { capabilities = [\"read\" /* , \"sudo\" */] }",
            "path \"a\" { capabilities = [\"read\" # ]\n, \"sudo\"] }",
            "path \"a\" { capabilities = [\"read\"] } // end",
            "path \"a//b\" { capabilities = [\"read\"] }",
            "path \"a#b\" { capabilities = [\"read\"] }",
            "path \"a/../b\" { capabilities = [\"read\"] }",
            "path \"a/%2a\" { capabilities = [\"read\"] }",
            "path \"a**\" { capabilities = [\"read\"] }",
            "path \"a*b\" { capabilities = [\"read\"] }",
            "path \"*\" { capabilities = [\"read\"] }",
            "path \"+\" { capabilities = [\"read\"] }",
            "path \"+/*\" { capabilities = [\"read\"] }",
            "path \"+*\" { capabilities = [\"read\"] }",
            "path \"a/+*\" { capabilities = [\"read\"] }",
            "path \"a/b+\" { capabilities = [\"read\"] }",
            "path \"+a/b\" { capabilities = [\"read\"] }",
            "path \"a/+/\" { capabilities = [\"list\"] }",
            "path \"a/+/\" { capabilities = [\"read\"] }",
            "path \"\" { capabilities = [\"read\"] }",
            "path \"/\" { capabilities = [\"read\"] }",
            "path \"{{identity.entity.id}}/a\" { capabilities = [\"read\"] }",
            "path \"a\" { capabilities = [\"read\"] expiration = \"2020-01-01T00:00:00Z\" }",
            "path \"a\" { capabilities = [\"read\"] comment = \"x\" }",
            "path \"a\" { capabilities = [\"read\"] pagination_limit = 10 }",
            "path \"a\" { capabilities = [\"read\"] response_keys_filter_path = \"x\" }",
            "path \"a\" { capabilities = [\"read\"] list_scan_response_keys_filter_path = \"x\" }",
            "path \"a\" { capabilities = [\"scan\"] }",
            "path \"a\" { capabilities = [\"subscribe\"] }",
            "path \"a\" { capabilities = [\"recover\"] }",
            "path \"a\" { capabilities = [\"root\"] }",
            "path \"a\" { capabilities = [\"read\"] mfa_methods = [\"x\"] }",
            "path \"a\" { capabilities = [\"read\"] control_group = {} }",
            "path \"a\" { capabilities = [\"read\"] min_wrapping_ttl = 60 }",
            "path \"a\" { capabilities = [\"read\"] min_wrapping_ttl = \"1m\" max_wrapping_ttl = \"1s\" }",
            "path \"a\" { capabilities = [\"read\"] allowed_parameters { \"x\" = [] } }",
            "path \"a\" { policy = \"read\" allowed_parameters = { \"*\" = [] } }",
            "name = \"root\"\npath \"a\" { capabilities = [\"read\"] }",
            "name = \"x\"\nname = \"y\"\npath \"a\" { capabilities = [\"read\"] }",
            "{\"path\": {\"a\": {\"capabilities\": [\"read\"]}}}",
            "{\"path\": [{\"a\": {\"capabilities\": [\"read\"]}}, {\"b\": {\"policy\": \"write\"}}]}",
            "{\"path\": {\"a\": [{\"capabilities\": [\"read\"]}]}}",
            "{\"path\": {\"a\": {\"capabilities\": [\"read\"]}, \"a\": {\"capabilities\": [\"sudo\"]}}}",
            "{\"path\": {\"a\": {\"capabilities\": [\"read\"]}}, \"path\": {\"b\": {\"policy\": \"sudo\"}}}",
            "{\"PATH\": {\"a\": {\"capabilities\": [\"read\"]}}}",
            "{\"path\": {\"\\u0061*\": {\"capabilities\": [\"read\"]}}}",
            "{\"path\": {\"a\": {\"capabilities\": \"read\"}}}",
            "{\"path\": {\"a\": {\"policy\": \"write\", \"capabilities\": [\"read\"]}}}",
            "{\"//\": \"note\", \"path\": {\"a\": {\"capabilities\": [\"read\"]}}}");
    List<String> taken = new ArrayList<>();
    for (String text : texts) {
      TreeMap<String, String> body = new TreeMap<>(Map.of("sample-0", text));
      if (compare(body)) {
        taken.add(text);
      }
    }
    assertThat(taken).hasSizeGreaterThan(20).hasSizeLessThan(texts.size());
  }

  /** Texts with a few characters changed: nearly policies, and some of them still are. */
  @Test
  void agreesWithTheServerAboutDamagedTexts() {
    Random random = new Random(20261124);
    List<String> seeds =
        List.of(
            "path \"a/b\" { capabilities = [\"read\"] }\npath \"a/+\" { policy = \"write\" }",
            "# path\npath \"ab/*\" {\n  capabilities = [\"list\", \"sudo\",]\n}",
            "path \"a\" { policy = <<EOT\nwrite\nEOT\n} // end\n/* path \"b\" {} */",
            "{\"path\": {\"a/*\": {\"capabilities\": [\"read\"]}, \"b\": {\"policy\": \"sudo\"}}}");
    int taken = 0;
    for (int i = 0; i < ROUNDS; i++) {
      StringBuilder text = new StringBuilder(pick(random, seeds.toArray(String[]::new)));
      for (int edit = 0; edit <= random.nextInt(3); edit++) {
        int at = random.nextInt(text.length());
        String piece =
            pick(
                random,
                "\"",
                "\\",
                "{",
                "}",
                "[",
                "]",
                "=",
                ",",
                ":",
                "#",
                "//",
                "/*",
                "*/",
                "\n",
                " ",
                "\r",
                "\t",
                "*",
                "+",
                "/",
                "$",
                "${",
                "<<E\n",
                "E\n",
                "a",
                "\"sudo\"",
                "path",
                "\"path\"",
                ";",
                "-",
                "0",
                "\u00e9",
                "\ufeff");
        int length = random.nextInt(3);
        text.replace(at, Math.min(text.length(), at + length), random.nextBoolean() ? piece : "");
      }
      if (compare(new TreeMap<>(Map.of("sample-0", text.toString())))) {
        taken++;
      }
    }
    assertThat(taken).isGreaterThan(ROUNDS / 20);
  }

  /** False when one of the two refuses a text; differences fail the test. */
  private boolean compare(SortedMap<String, String> bodies) {
    for (Map.Entry<String, String> body : bodies.entrySet()) {
      String path = "sys/policies/acl/" + body.getKey();
      String root = vault.server.rootToken().reveal();
      if (vault.status("POST", path, root, Map.of("policy", body.getValue())) >= 300) {
        return false;
      }
    }
    ScopeView scope;
    try {
      scope = VaultPolicies.scope(bodies);
    } catch (IllegalArgumentException refused) {
      return false;
    }
    Map<String, List<String>> served = served(List.copyOf(bodies.keySet()));
    for (String path : PATHS) {
      // A folder's own rights show only when it is listed.
      List<String> asked = path.endsWith("/") ? List.of("list") : CAPABILITIES;
      TreeSet<String> ours = new TreeSet<>(decide(scope, path));
      ours.retainAll(asked);
      TreeSet<String> theirs = new TreeSet<>(served.getOrDefault(path, List.of()));
      theirs.retainAll(asked);
      assertThat(ours).as("%s under %s", path, bodies).isEqualTo(theirs);
    }
    return true;
  }

  private Map<String, List<String>> served(List<String> policies) {
    String root = vault.server.rootToken().reveal();
    JsonNode made =
        vault
            .send(
                "POST",
                "auth/token/create",
                root,
                Map.of("policies", policies, "no_default_policy", true, "ttl", "10m"))
            .body();
    String token = made.path("auth").path("client_token").asText();
    JsonNode answer =
        vault.send("POST", "sys/capabilities", root, Map.of("token", token, "paths", PATHS)).body();
    Map<String, List<String>> rights = new TreeMap<>();
    for (String path : PATHS) {
      List<String> found = new ArrayList<>();
      JsonNode listed = answer.path("data").path(path);
      assertThat(listed.isArray()).as("an answer about %s", path).isTrue();
      listed.forEach(right -> found.add(right.asText()));
      rights.put(path, found);
    }
    return rights;
  }

  /** The one rule that decides, in the order in which OpenBao looks; a folder is listed. */
  private static List<String> decide(ScopeView scope, String path) {
    String bare = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    return exact(scope, path)
        .or(() -> exact(scope, bare))
        .or(() -> pattern(scope, path))
        .or(() -> pattern(scope, bare))
        .map(ScopeRule::capabilities)
        .orElse(List.of());
  }

  private static Optional<ScopeRule> exact(ScopeView scope, String path) {
    return scope.rules().stream()
        .filter(rule -> !rule.path().wildcard() && rule.path().text().equals(path))
        .findFirst();
  }

  private static Optional<ScopeRule> pattern(ScopeView scope, String path) {
    return scope.rules().stream()
        .filter(rule -> rule.path().wildcard() && rule.path().matches(path))
        .max(Comparator.comparing(ScopeRule::path));
  }

  private static String pick(Random random, String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
