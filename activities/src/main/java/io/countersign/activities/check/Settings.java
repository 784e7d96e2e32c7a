package io.countersign.activities.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Span;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a check in {@code gate.yaml}. What a check does not know is refused: a typo must
 * not relax it.
 */
public final class Settings {
  private final String check;
  private final Map<String, JsonNode> with;

  private Settings(String check, Map<String, JsonNode> with) {
    this.check = check;
    this.with = with;
  }

  /** The settings of this check, which may have these names. */
  public static Settings of(Check check, CheckContext context, String... names) {
    List<String> allowed = Arrays.asList(names);
    for (String name : context.with().keySet()) {
      if (!allowed.contains(name)) {
        throw refused(check.name(), name, allowed.isEmpty() ? "no setting" : "one of " + allowed);
      }
    }
    return new Settings(check.name(), context.with());
  }

  public boolean has(String name) {
    return with.containsKey(name);
  }

  /** A setting that must be there. */
  public JsonNode required(String name) {
    JsonNode value = with.get(name);
    if (value == null || (value.isContainerNode() && value.isEmpty())) {
      throw refused(name, "a value that is not empty");
    }
    return value;
  }

  /** A number that need not be there. */
  public @Nullable BigDecimal number(String name) {
    JsonNode value = with.get(name);
    return value == null ? null : number(name, value);
  }

  /** One of these words; the first when there is none. */
  public String oneOf(String name, String... words) {
    JsonNode value = with.get(name);
    if (value == null) {
      return words[0];
    }
    if (!value.isTextual() || !Arrays.asList(words).contains(value.textValue())) {
      throw refused(name, "one of " + Arrays.asList(words));
    }
    return value.textValue();
  }

  /** A list of words that need not be there and, when it is, is not empty. */
  public @Nullable List<String> words(String name) {
    JsonNode value = with.get(name);
    if (value == null) {
      return null;
    }
    List<String> words = new ArrayList<>();
    value.forEach(word -> words.add(word.isTextual() ? word.textValue().strip() : ""));
    if (!value.isArray() || words.isEmpty() || words.contains("")) {
      throw refused(name, "a list of words that is not empty");
    }
    return List.copyOf(words);
  }

  /** A span of time that must be there. */
  public Span span(String name) {
    try {
      return Span.parse(required(name).asText());
    } catch (IllegalArgumentException e) {
      throw refused(name, "a whole number and s, m, h or d");
    }
  }

  public BigDecimal number(String name, JsonNode value) {
    BigDecimal number = Numbers.of(value);
    if (number == null) {
      throw refused(name, "a number");
    }
    return number;
  }

  public GateException refused(String name, String allowed) {
    return refused(check, name, allowed);
  }

  private static GateException refused(String check, String name, String allowed) {
    return new GateException(
        FailureType.INVALID_GATE_POLICY,
        check
            + ": with: "
            + CheckFindings.printable(name, 80)
            + ": found something else, allowed is "
            + allowed);
  }
}
