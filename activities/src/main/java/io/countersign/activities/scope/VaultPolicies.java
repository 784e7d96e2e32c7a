package io.countersign.activities.scope;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.release.CanonicalJson;
import io.countersign.release.PathPattern;
import io.countersign.release.ScopeRule;
import io.countersign.release.ScopeView;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads the text of Vault ACL policies, HCL or JSON, as rules. Source: Vault documentation,
 * "Policies", and OpenBao's of the same name. What it does not understand it refuses with an {@link
 * IllegalArgumentException}: a skipped line could be a right.
 */
public final class VaultPolicies {
  private static final int LIMIT = 256 * 1024;

  /** Comparing two scopes takes time that grows faster than their square. */
  private static final int PATHS_LIMIT = 1_000;

  private static final Set<String> LIMITS =
      Set.of(
          "allowed_parameters",
          "denied_parameters",
          "required_parameters",
          "min_wrapping_ttl",
          "max_wrapping_ttl");
  private static final Map<String, List<String>> OLD_FORMS =
      Map.of(
          "deny", List.of("deny"),
          "read", List.of("read", "list"),
          "write", List.of("create", "read", "update", "delete", "list"),
          "sudo", List.of("create", "read", "update", "delete", "list", "sudo"));
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private VaultPolicies() {}

  /** What these policies allow together. */
  public static ScopeView scope(SortedMap<String, String> bodies) {
    List<ScopeRule> rules = new ArrayList<>();
    bodies.forEach((name, body) -> rules.addAll(rules(name, body)));
    return together(rules);
  }

  /** What these rules allow together; more than 1,000 are refused. */
  public static ScopeView together(List<ScopeRule> rules) {
    if (rules.size() > PATHS_LIMIT) {
      throw new IllegalArgumentException(
          "policies: found " + rules.size() + " paths, allowed are " + PATHS_LIMIT + " together");
    }
    return new ScopeView(rules);
  }

  /** The rules of one policy, in the order of its text. A policy without any is refused (I14). */
  public static List<ScopeRule> rules(String name, String body) {
    try {
      if (body.length() > LIMIT) {
        throw new IllegalArgumentException("found more than " + LIMIT + " characters");
      }
      List<ScopeRule> rules = body.stripLeading().startsWith("{") ? json(body) : hcl(body);
      if (rules.isEmpty()) {
        throw new IllegalArgumentException("found no path, allowed is one or more");
      }
      return rules;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("policy '" + name + "': " + e.getMessage());
    }
  }

  private static List<ScopeRule> hcl(String body) {
    HclReader.Document document = HclReader.read(body);
    requireOnlyName(document.attributes());
    List<ScopeRule> rules = new ArrayList<>();
    for (HclReader.Block block : document.blocks()) {
      if (!block.type().equals("path")) {
        throw new IllegalArgumentException(
            "line " + block.line() + ": found another block, allowed is path");
      }
      rules.add(rule(block.label(), block.attributes()));
    }
    return rules;
  }

  private static List<ScopeRule> json(String body) {
    JsonNode document;
    try {
      document = MAPPER.readTree(body.getBytes(StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("found text that is not JSON or has a field twice");
    } catch (IOException e) {
      throw new IllegalArgumentException("found text that cannot be read");
    }
    List<ScopeRule> rules = new ArrayList<>();
    JsonNode path = document.path("path");
    for (JsonNode paths : path.isArray() ? path : List.of(path)) {
      for (Map.Entry<String, JsonNode> entry : object(paths).properties()) {
        rules.add(rule(entry.getKey(), object(entry.getValue())));
      }
    }
    ((ObjectNode) document).remove("path");
    requireOnlyName(document);
    return rules;
  }

  private static JsonNode object(JsonNode node) {
    if (!node.isObject()) {
      throw new IllegalArgumentException("path: allowed is an object of paths");
    }
    return node;
  }

  /** Vault takes a name and ignores it; it gives no right. */
  private static void requireOnlyName(JsonNode attributes) {
    Iterator<String> names = attributes.fieldNames();
    while (names.hasNext()) {
      if (!names.next().equals("name")) {
        throw new IllegalArgumentException("found an unknown field, allowed are path and name");
      }
    }
  }

  /** One path with what a policy says of it, as in the JSON form of policies. */
  public static ScopeRule rule(String path, JsonNode attributes) {
    List<String> capabilities = new ArrayList<>();
    SortedMap<String, String> limits = new TreeMap<>();
    for (Map.Entry<String, JsonNode> attribute : attributes.properties()) {
      String name = attribute.getKey();
      JsonNode value = attribute.getValue();
      if (name.equals("capabilities") && value.isArray()) {
        value.forEach(capability -> capabilities.add(capability.asText()));
      } else if (name.equals("policy") && OLD_FORMS.containsKey(value.asText())) {
        capabilities.addAll(OLD_FORMS.getOrDefault(value.asText(), List.of()));
      } else if (LIMITS.contains(name)) {
        limits.put(name, canonical(value));
      } else {
        throw new IllegalArgumentException(
            "path '" + new PathPattern(path) + "': found a field that is not understood");
      }
    }
    return new ScopeRule(new PathPattern(path), capabilities, limits);
  }

  private static String canonical(JsonNode value) {
    return value.isContainerNode()
        ? new String(CanonicalJson.bytes(value), StandardCharsets.UTF_8)
        : value.asText();
  }
}
