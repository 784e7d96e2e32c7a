package io.countersign.activities.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.countersign.activity.GateJson;
import io.countersign.record.Entry;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JSON of the record, read for people: every text that leaves here is {@link Foreign}, and what is
 * missing or of another form is absent. A report of a record that does not verify is still a
 * report.
 */
final class Told {
  private final JsonNode json;

  private Told(JsonNode json) {
    this.json = json;
  }

  static Told of(JsonNode json) {
    return new Told(json);
  }

  static Told of(Entry entry) {
    return parsed(entry.body().text());
  }

  static Told parsed(String text) {
    try {
      return new Told(GateJson.mapper().readTree(text));
    } catch (JsonProcessingException e) {
      return new Told(MissingNode.getInstance());
    }
  }

  Told at(String field) {
    return new Told(json.path(field));
  }

  boolean has(String field) {
    return json.hasNonNull(field);
  }

  JsonNode json() {
    return json;
  }

  /** One line; empty when it is not there. */
  String line(String field) {
    return Foreign.line(json.path(field).asText(""));
  }

  @Nullable String lineOrNull(String field) {
    return json.path(field).isTextual() ? line(field) : null;
  }

  /** Text of several lines; null when it is not there. */
  @Nullable String lines(String field) {
    return json.path(field).isTextual() ? Foreign.lines(json.path(field).textValue()) : null;
  }

  int number(String field) {
    return json.path(field).asInt(0);
  }

  boolean flag(String field) {
    return json.path(field).asBoolean(false);
  }

  @Nullable Instant instant(String field) {
    try {
      return json.path(field).isTextual() ? Instant.parse(json.path(field).textValue()) : null;
    } catch (DateTimeException e) {
      return null;
    }
  }

  List<Told> list(String field) {
    List<Told> items = new ArrayList<>();
    json.path(field).forEach(item -> items.add(new Told(item)));
    return items;
  }

  List<String> texts(String field) {
    List<String> items = new ArrayList<>();
    json.path(field).forEach(item -> items.add(Foreign.line(item.asText(""))));
    return items;
  }

  /** The predicate of the statement in this envelope, unverified. */
  Told predicate() {
    return statement().at("predicate");
  }

  private Told statement() {
    try {
      byte[] payload = Base64.getDecoder().decode(json.path("payload").asText(""));
      return parsed(new String(payload, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return new Told(MissingNode.getInstance());
    }
  }
}
