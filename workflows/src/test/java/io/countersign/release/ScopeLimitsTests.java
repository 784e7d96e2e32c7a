package io.countersign.release;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countersign.tries.Tries;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScopeLimitsTests {
  private static final List<String> NAMES = List.of("p", "q", "*");
  private static final List<String> VALUES = List.of("x", "y");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "allowed_parameters | {\"ttl\":[]} | {\"ttl\":[\"1h\"]} | true",
        "allowed_parameters | {\"ttl\":[\"1h\"]} | {\"ttl\":[]} | false",
        "allowed_parameters | {\"ttl\":[\"1h\",\"2h\"]} | {\"ttl\":[\"1h\"]} | true",
        "allowed_parameters | {\"ttl\":[\"1h\"]} | {\"ttl\":[\"1h\"],\"role\":[]} | false",
        "allowed_parameters | {\"*\":[]} | {\"ttl\":[\"1h\"]} | true",
        "allowed_parameters | {\"*\":[],\"ttl\":[\"1h\"]} | {\"*\":[]} | false",
        "allowed_parameters | {\"*\":[],\"ttl\":[\"1h\"]} | {\"TTL\":[]} | false",
        "allowed_parameters | {\"*\":[],\"ttl\":[\"1h\"]} | {\"role\":[]} | true",
        "allowed_parameters | {} | {\"ttl\":[]} | false",
        "allowed_parameters | {\"ttl\":\"1h\"} | {\"ttl\":[\"1h\"]} | false",
        "allowed_parameters | not json | {\"ttl\":[]} | false",
        "denied_parameters | {\"role\":[\"root\"]} | {\"role\":[]} | true",
        "denied_parameters | {\"role\":[]} | {\"role\":[\"root\"]} | false",
        "denied_parameters | {\"role\":[]} | {\"role\":[],\"ttl\":[]} | true",
        "required_parameters | [\"a\"] | [\"b\",\"A\"] | true",
        "required_parameters | [\"a\",\"b\"] | [\"a\"] | false",
        "required_parameters | {\"a\":1} | [\"a\"] | false",
        "min_wrapping_ttl | 60 | 5m | true",
        "min_wrapping_ttl | 5m | 60 | false",
        "min_wrapping_ttl | 1h30m | 2h | false",
        "max_wrapping_ttl | 1h | 300s | true",
        "max_wrapping_ttl | 300s | 1h | false",
        "unknown_limit | a | b | false",
        "unknown_limit | a | a | true"
      })
  void knowsWhichLimitLeavesMore(String kind, String limit, String later, boolean leaves) {
    assertThat(ScopeLimits.leaveAllOf(limits(kind, limit), limits(kind, later))).isEqualTo(leaves);
  }

  @Test
  void whatIsNotLimitedIsNeverWithinALimit() {
    assertThat(ScopeLimits.leaveAllOf(limits("min_wrapping_ttl", "60"), new TreeMap<>())).isFalse();
    assertThat(ScopeLimits.leaveAllOf(new TreeMap<>(), limits("min_wrapping_ttl", "60"))).isTrue();
  }

  /** Against every request of two parameters, as Vault takes or refuses it. */
  @Test
  void neverCallsARequestWithinLimitsThatRefuseIt() {
    Tries.of(
        5_000,
        random -> {
          SortedMap<String, String> limits = new TreeMap<>();
          SortedMap<String, String> later = new TreeMap<>();
          for (String kind : List.of("allowed_parameters", "denied_parameters")) {
            limit(kind, random, limits);
            limit(kind, random, later);
          }
          if (ScopeLimits.leaveAllOf(limits, later)) {
            for (Map<String, String> request : requests()) {
              if (passes(later, request)) {
                assertThat(passes(limits, request))
                    .as("%s: %s then %s", request, limits, later)
                    .isTrue();
              }
            }
          }
        });
  }

  private static void limit(String kind, Random random, SortedMap<String, String> limits) {
    List<String> parameters = new ArrayList<>();
    for (String name : NAMES) {
      if (random.nextBoolean()) {
        List<String> values =
            VALUES.stream().filter(v -> random.nextBoolean()).map(v -> "\"" + v + "\"").toList();
        parameters.add("\"" + name + "\":[" + String.join(",", values) + "]");
      }
    }
    if (!parameters.isEmpty()) {
      limits.put(kind, "{" + String.join(",", parameters) + "}");
    }
  }

  private static List<Map<String, String>> requests() {
    List<Map<String, String>> requests = new ArrayList<>(List.of(Map.of()));
    for (String x : VALUES) {
      requests.add(Map.of("p", x));
      requests.add(Map.of("r", x));
      VALUES.forEach(y -> requests.add(Map.of("p", x, "q", y)));
    }
    return requests;
  }

  private static boolean passes(SortedMap<String, String> limits, Map<String, String> request) {
    String allowed = limits.get("allowed_parameters");
    String denied = limits.get("denied_parameters");
    if (denied != null && denied.contains("*") && !request.isEmpty()) {
      return false;
    }
    return request.entrySet().stream()
        .allMatch(
            parameter ->
                (allowed == null || lists(allowed, parameter))
                    && (denied == null || !lists(denied, parameter)));
  }

  /** A parameter that is named is judged by its values, any other by whether there is a rest. */
  private static boolean lists(String text, Map.Entry<String, String> parameter) {
    try {
      var json = new ObjectMapper().readTree(text);
      var values = json.get(parameter.getKey());
      if (values == null) {
        return json.has("*");
      }
      boolean named = values.isEmpty();
      for (var value : values) {
        named |= value.asText().equals(parameter.getValue());
      }
      return named;
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static SortedMap<String, String> limits(String kind, String text) {
    return new TreeMap<>(Map.of(kind, text));
  }
}
