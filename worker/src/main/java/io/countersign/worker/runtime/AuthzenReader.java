package io.countersign.worker.runtime;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.runtime.Question;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the requests of AuthZEN Authorization API 1.0, sections 6.1 and 7.1, so that no second
 * reader can understand them differently. What is not read is refused, for it would look as if it
 * had been heeded: unknown fields beside the ones of the specification's entities, properties of
 * subjects and actions. {@code resource.properties.dataClasses} is required, be it empty: who
 * forgets it does not ask for less.
 */
final class AuthzenReader {
  static final int MOST_EVALUATIONS = 64;
  private static final int DEPTH = 8;
  private static final int TEXT = 4_096;
  private static final int NAME = 256;
  private static final int MOST_CLASSES = 64;
  private static final int MOST_ARGUMENTS = 64;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEPTH)
                          .maxNumberLength(20)
                          .maxStringLength(TEXT)
                          .maxNameLength(NAME)
                          .build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  /** How many answers are wanted (section 7.1.2.1). */
  enum Semantic {
    EXECUTE_ALL,
    DENY_ON_FIRST_DENY,
    PERMIT_ON_FIRST_PERMIT
  }

  /**
   * One request.
   *
   * @param many whether the answer has a list
   */
  record Asked(List<Question> questions, boolean many, Semantic semantic) {}

  private AuthzenReader() {}

  /** A request to the access evaluation endpoint. */
  static Asked one(byte[] body) throws BadRequestException {
    ObjectNode request = object(body);
    only("the request", request, Set.of("subject", "action", "resource", "context"));
    return new Asked(List.of(question(request, empty())), false, Semantic.EXECUTE_ALL);
  }

  /** A request to the access evaluations endpoint; without evaluations it is a single one. */
  static Asked many(byte[] body) throws BadRequestException {
    ObjectNode request = object(body);
    only(
        "the request",
        request,
        Set.of("subject", "action", "resource", "context", "evaluations", "options"));
    Semantic semantic = semantic(request.get("options"));
    JsonNode evaluations = request.get("evaluations");
    if (evaluations != null && !evaluations.isArray()) {
      throw new BadRequestException("evaluations: allowed is a list");
    }
    if (evaluations == null || evaluations.isEmpty()) {
      return new Asked(List.of(question(request, empty())), false, semantic);
    }
    if (evaluations.size() > MOST_EVALUATIONS) {
      throw new BadRequestException("evaluations: allowed are " + MOST_EVALUATIONS + " at most");
    }
    List<Question> questions = new ArrayList<>(evaluations.size());
    for (JsonNode evaluation : evaluations) {
      if (!(evaluation instanceof ObjectNode one)) {
        throw new BadRequestException("evaluations: allowed are objects");
      }
      only("an evaluation", one, Set.of("subject", "action", "resource", "context"));
      questions.add(question(one, request));
    }
    return new Asked(questions, true, semantic);
  }

  private static ObjectNode empty() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static ObjectNode object(byte[] body) throws BadRequestException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      if (MAPPER.readTree(text) instanceof ObjectNode object) {
        return object;
      }
      throw new BadRequestException("the body: allowed is one JSON object");
    } catch (CharacterCodingException e) {
      throw new BadRequestException("the body: allowed is UTF-8");
    } catch (JsonProcessingException e) {
      // Foreign parser messages quote their input; only the place is kept.
      JsonLocation place = e.getLocation();
      throw new BadRequestException(
          "the body is no JSON that is taken"
              + (place == null
                  ? ""
                  : " (line " + place.getLineNr() + ", column " + place.getColumnNr() + ")")
              + ": allowed is one object, every key once, at most "
              + DEPTH
              + " levels, texts of "
              + TEXT
              + " and names of "
              + NAME
              + " characters");
    }
  }

  private static Question question(ObjectNode one, ObjectNode defaults) throws BadRequestException {
    ObjectNode subject = entity("subject", one, defaults, Set.of("type", "id"));
    ObjectNode action = entity("action", one, defaults, Set.of("name"));
    ObjectNode resource = entity("resource", one, defaults, Set.of("type", "id", "properties"));
    if (!text("subject.type", subject.get("type")).equals("workload")) {
      throw new BadRequestException("subject.type: allowed is workload");
    }
    String type = text("resource.type", resource.get("type"));
    JsonNode properties = resource.get("properties");
    if (!(properties instanceof ObjectNode ofResource)) {
      throw new BadRequestException(
          "resource.properties: allowed is an object with dataClasses, a list");
    }
    only("resource.properties", ofResource, Set.of("dataClasses"));
    JsonNode context = one.has("context") ? one.get("context") : defaults.get("context");
    return new Question(
        text("subject.id", subject.get("id")),
        type,
        text("resource.id", resource.get("id")),
        text("action.name", action.get("name")),
        classes(ofResource.get("dataClasses")),
        arguments(context));
  }

  /** An entity whole, its own or else the default (section 7.1.1). */
  private static ObjectNode entity(
      String name, ObjectNode one, ObjectNode defaults, Set<String> fields)
      throws BadRequestException {
    JsonNode value = one.has(name) ? one.get(name) : defaults.get(name);
    if (!(value instanceof ObjectNode entity)) {
      throw new BadRequestException(name + ": allowed is an object, and it is required");
    }
    only(name, entity, fields);
    return entity;
  }

  private static void only(String what, ObjectNode object, Set<String> fields)
      throws BadRequestException {
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (!fields.contains(field.getKey())) {
        throw new BadRequestException(
            what
                + " has a field that is not read: allowed are "
                + fields.stream().sorted().toList());
      }
    }
  }

  private static String text(String name, @Nullable JsonNode value) throws BadRequestException {
    if (value == null || !value.isTextual() || value.asText().isEmpty()) {
      throw new BadRequestException(name + ": allowed is a text, and it is required");
    }
    return value.asText();
  }

  private static List<String> classes(@Nullable JsonNode value) throws BadRequestException {
    if (value == null || !value.isArray() || value.size() > MOST_CLASSES) {
      throw new BadRequestException(
          "resource.properties.dataClasses: allowed is a list of at most "
              + MOST_CLASSES
              + " names, and it is required; an empty one says that no data of a class goes through");
    }
    Set<String> classes = new LinkedHashSet<>();
    for (JsonNode one : value) {
      classes.add(text("resource.properties.dataClasses", one));
    }
    return List.copyOf(classes);
  }

  private static Map<String, Object> arguments(@Nullable JsonNode value)
      throws BadRequestException {
    if (value == null) {
      return Map.of();
    }
    if (!(value instanceof ObjectNode context) || context.size() > MOST_ARGUMENTS) {
      throw new BadRequestException(
          "context: allowed is an object of at most " + MOST_ARGUMENTS + " arguments");
    }
    Map<String, Object> arguments = new HashMap<>();
    for (Map.Entry<String, JsonNode> field : context.properties()) {
      JsonNode one = field.getValue();
      if (one.isTextual()) {
        arguments.put(field.getKey(), one.asText());
      } else if (one.isBoolean()) {
        arguments.put(field.getKey(), one.asBoolean());
      } else if (one.isIntegralNumber() && one.canConvertToLong()) {
        arguments.put(field.getKey(), one.asLong());
      } else {
        throw new BadRequestException(
            "context: allowed are texts, truth values and whole numbers of 64 bits");
      }
    }
    return arguments;
  }

  private static Semantic semantic(@Nullable JsonNode options) throws BadRequestException {
    if (options == null) {
      return Semantic.EXECUTE_ALL;
    }
    if (!(options instanceof ObjectNode given)) {
      throw new BadRequestException("options: allowed is an object");
    }
    only("options", given, Set.of("evaluations_semantic"));
    JsonNode value = given.get("evaluations_semantic");
    for (Semantic semantic : Semantic.values()) {
      if (value == null || semantic.name().toLowerCase(Locale.ROOT).equals(value.asText())) {
        return semantic;
      }
    }
    throw new BadRequestException(
        "options.evaluations_semantic: allowed are execute_all, deny_on_first_deny and"
            + " permit_on_first_permit");
  }
}
