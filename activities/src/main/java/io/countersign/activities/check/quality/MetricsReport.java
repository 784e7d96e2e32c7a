package io.countersign.activities.check.quality;

import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A metrics file: {@code {"model": {"digest": …}, "dataset": {"digest": …}, "sampleSize": n,
 * "metrics": {name: number}, "trainedBy": [person]}} and, where the settings ask for them, {@code
 * "sampleSizes": {metric: n}} and {@code "slices": {dimension: {slice: {"sampleSize": n,
 * "sampleSizes": …, "metrics": …}}}}. Other fields are ignored; it comes from a training job, not
 * from the gate.
 */
record MetricsReport(JsonNode json) {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              new JsonFactoryBuilder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(32)
                          .maxNumberLength(100)
                          .build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  /** Null when it is not one JSON object without repeated fields. */
  static @Nullable MetricsReport read(byte[] bytes) {
    try {
      JsonNode json = MAPPER.readTree(bytes);
      return json != null && json.isObject() ? new MetricsReport(json) : null;
    } catch (IOException e) {
      return null;
    }
  }

  String modelDigest() {
    return json.path("model").path("digest").asText();
  }

  String datasetDigest() {
    return json.path("dataset").path("digest").asText();
  }

  /** Those of the whole sample. */
  Figures whole() {
    return new Figures(Spot.WHOLE, json);
  }

  /** The names of the slices of a dimension, as written. */
  List<String> slices(String dimension) {
    List<String> names = new ArrayList<>();
    json.path("slices").path(dimension).fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** Those of one slice; without any number when it is not there. */
  Figures slice(String dimension, String slice) {
    return new Figures(
        Spot.slice(dimension, slice), json.path("slices").path(dimension).path(slice));
  }

  /** Those at the same spot as others. */
  Figures at(Spot spot) {
    String dimension = spot.dimension();
    String slice = spot.slice();
    return dimension == null || slice == null ? whole() : slice(dimension, slice);
  }

  /** The makers as written; empty when they are not a list of text. */
  List<String> trainedBy() {
    List<String> people = new ArrayList<>();
    for (JsonNode person : json.path("trainedBy")) {
      if (!person.isTextual()) {
        return List.of();
      }
      people.add(person.textValue());
    }
    return people;
  }
}
