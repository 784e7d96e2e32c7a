package io.countersign.activities.adapter.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Gives the scalars of a YAML file the types that the schema expects: {@code 1.10} and {@code no}
 * stay text where text is meant. Where the schema leaves a value open (the settings of a check),
 * JSON's own forms decide and nothing else; a value of several lines is refused there, unless it is
 * a public key or certificate in PEM.
 */
final class TypedJson {
  private static final Pattern NUMBER =
      Pattern.compile("-?(?:0|[1-9][0-9]{0,17})(?:\\.[0-9]{1,17})?(?:[eE][+-]?[0-9]{1,2})?");

  private static final Pattern PEM_LINE =
      Pattern.compile("-----(?:BEGIN|END) (?:PUBLIC KEY|CERTIFICATE)-----|[A-Za-z0-9+/=]{1,76}");

  private static final Pattern WHOLE = Pattern.compile("-?(?:0|[1-9][0-9]{0,17})");

  private final DocumentSchema schema;
  private final Problems problems;
  private final List<Object> path = new ArrayList<>();

  private TypedJson(DocumentSchema schema, Problems problems) {
    this.schema = schema;
    this.problems = problems;
  }

  static JsonNode of(YamlNode document, DocumentSchema schema, Problems problems) {
    TypedJson conversion = new TypedJson(schema, problems);
    return conversion.convert(document, schema.root());
  }

  private JsonNode convert(YamlNode node, JsonNode part) {
    if (node instanceof YamlNode.Mapping mapping) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      mapping
          .entries()
          .forEach(
              (name, entry) -> {
                JsonNode expected = schema.step(part, name);
                if (!absent(entry.value(), expected)) {
                  object.set(name, descend(name, entry.value(), expected));
                }
              });
      return object;
    }
    if (node instanceof YamlNode.Sequence sequence) {
      ArrayNode array = JsonNodeFactory.instance.arrayNode();
      JsonNode expected = schema.step(part, 0);
      for (int i = 0; i < sequence.items().size(); i++) {
        array.add(descend(i, sequence.items().get(i), expected));
      }
      return array;
    }
    return scalar((YamlNode.Scalar) node, part);
  }

  private JsonNode descend(Object step, YamlNode node, JsonNode expected) {
    path.add(step);
    JsonNode value = convert(node, expected);
    path.remove(path.size() - 1);
    return value;
  }

  /** A digest that is still to be filled in is as good as none. */
  private static boolean absent(YamlNode node, JsonNode expected) {
    return expected.path("x-empty-is-absent").asBoolean()
        && node instanceof YamlNode.Scalar scalar
        && scalar.text().isEmpty();
  }

  private JsonNode scalar(YamlNode.Scalar scalar, JsonNode part) {
    String text = scalar.text();
    JsonNode type = part.path("type");
    if (text.contains("\n") && !mayHaveLines(text, part)) {
      problems.add(path, Readable.name('\n') + " in a value", "one line");
    }
    if (!type.isMissingNode() && type.asText().equals("string")) {
      return TextNode.valueOf(text);
    }
    JsonNode plain = scalar.plain() ? plain(text, type.asText("")) : null;
    return plain == null ? TextNode.valueOf(text) : plain;
  }

  private static boolean mayHaveLines(String text, JsonNode part) {
    return part.path("x-lines").asBoolean()
        || part.path("type").isMissingNode() && isPublicPem(text);
  }

  /** Keys and certificates, one below the other; whether they are sound their check decides. */
  private static boolean isPublicPem(String text) {
    return text.startsWith("-----BEGIN ")
        && text.lines().allMatch(line -> PEM_LINE.matcher(line).matches());
  }

  private @Nullable JsonNode plain(String text, String type) {
    boolean open = type.isEmpty();
    if ((open || type.equals("boolean")) && (text.equals("true") || text.equals("false"))) {
      return BooleanNode.valueOf(text.equals("true"));
    }
    if (open || type.equals("integer") || type.equals("number")) {
      if (WHOLE.matcher(text).matches()) {
        return LongNode.valueOf(Long.parseLong(text));
      }
      if (NUMBER.matcher(text).matches()) {
        return DecimalNode.valueOf(new BigDecimal(text));
      }
    }
    if (open && (text.isEmpty() || text.equals("null") || text.equals("~"))) {
      problems.add(path, "nothing", "a value");
    }
    return null;
  }
}
