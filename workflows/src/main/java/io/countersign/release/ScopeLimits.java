package io.countersign.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What narrows the capabilities of a path, and whether one such narrowing leaves at least what
 * another leaves. In doubt it does not: a form that is not understood is as wide as its equal only.
 * Source: Vault documentation, "Policies", sections "Parameter constraints" and "Required response
 * wrapping TTLs".
 */
final class ScopeLimits {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Pattern SPAN = Pattern.compile("([0-9]{1,12})([smhd]?)");
  private static final String REST = "*";

  private ScopeLimits() {}

  /** Whether whatever passes the later limits passes these. */
  static boolean leaveAllOf(SortedMap<String, String> limits, SortedMap<String, String> later) {
    return limits.entrySet().stream()
        .allMatch(
            limit -> {
              String text = later.get(limit.getKey());
              return text != null
                  && (text.equals(limit.getValue())
                      || leaves(limit.getKey(), limit.getValue(), text));
            });
  }

  private static boolean leaves(String kind, String limit, String later) {
    return switch (kind) {
      case "allowed_parameters" -> allows(parameters(limit), parameters(later));
      // What these deny must be denied there.
      case "denied_parameters" -> denies(parameters(later), parameters(limit));
      case "required_parameters" -> requires(read(later), read(limit));
      case "min_wrapping_ttl" -> ordered(seconds(limit), seconds(later));
      case "max_wrapping_ttl" -> ordered(seconds(later), seconds(limit));
      default -> false;
    };
  }

  private static boolean allows(
      @Nullable SortedMap<String, TreeSet<String>> wide,
      @Nullable SortedMap<String, TreeSet<String>> narrow) {
    if (wide == null || narrow == null) {
      return false;
    }
    boolean named =
        narrow.entrySet().stream()
            .allMatch(
                parameter ->
                    holds(wide.getOrDefault(parameter.getKey(), wide.get(REST)), parameter));
    boolean others =
        !narrow.containsKey(REST)
            || wide.entrySet().stream()
                .filter(parameter -> !narrow.containsKey(parameter.getKey()))
                .allMatch(parameter -> parameter.getValue().isEmpty());
    return named && others;
  }

  /** Values that are not listed are all values. */
  private static boolean holds(
      @Nullable TreeSet<String> values, Map.Entry<String, TreeSet<String>> wanted) {
    return values != null
        && (values.isEmpty()
            || !wanted.getValue().isEmpty() && values.containsAll(wanted.getValue()));
  }

  private static boolean denies(
      @Nullable SortedMap<String, TreeSet<String>> all,
      @Nullable SortedMap<String, TreeSet<String>> some) {
    return all != null
        && some != null
        && (all.containsKey(REST)
            || some.entrySet().stream()
                .allMatch(parameter -> holds(all.get(parameter.getKey()), parameter)));
  }

  private static boolean requires(@Nullable JsonNode all, @Nullable JsonNode some) {
    if (all == null || some == null || !all.isArray() || !some.isArray()) {
      return false;
    }
    TreeSet<String> names = new TreeSet<>();
    all.forEach(name -> names.add(name.asText().toLowerCase(Locale.ROOT)));
    for (JsonNode name : some) {
      if (!names.contains(name.asText().toLowerCase(Locale.ROOT))) {
        return false;
      }
    }
    return true;
  }

  private static boolean ordered(@Nullable Long less, @Nullable Long more) {
    return less != null && more != null && less <= more;
  }

  /**
   * Names in lower case, as Vault compares them; null for what is no such object, or has values for
   * the rest, which Vault does not look at.
   */
  private static @Nullable SortedMap<String, TreeSet<String>> parameters(String text) {
    JsonNode json = read(text);
    if (json == null || !json.isObject() || json.isEmpty()) {
      return null;
    }
    SortedMap<String, TreeSet<String>> parameters = new TreeMap<>();
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      TreeSet<String> values = new TreeSet<>();
      field.getValue().forEach(value -> values.add(value.toString()));
      boolean again = parameters.put(field.getKey().toLowerCase(Locale.ROOT), values) != null;
      boolean ignored = field.getKey().equals(REST) && !values.isEmpty();
      if (again || ignored || !field.getValue().isArray()) {
        return null;
      }
    }
    return parameters;
  }

  private static @Nullable JsonNode read(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private static @Nullable Long seconds(String text) {
    Matcher span = SPAN.matcher(text.strip());
    if (!span.matches()) {
      return null;
    }
    long count = Long.parseLong(Objects.requireNonNull(span.group(1)));
    return switch (Objects.requireNonNull(span.group(2))) {
      case "m" -> count * 60;
      case "h" -> count * 3_600;
      case "d" -> count * 86_400;
      default -> count;
    };
  }
}
