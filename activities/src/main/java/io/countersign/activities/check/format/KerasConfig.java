package io.countersign.activities.check.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * The {@code config.json} of a Keras 3 archive. Keras builds the model by importing the classes
 * that it names and by loading the code of Lambda layers; so it is proved harmless only when every
 * class is one of Keras's own layers and parts, and none of those that carry or wrap code.
 */
final class KerasConfig {
  private static final Set<String> MODULES =
      Set.of(
          "keras",
          "keras.activations",
          "keras.constraints",
          "keras.initializers",
          "keras.layers",
          "keras.losses",
          "keras.metrics",
          "keras.models",
          "keras.optimizers",
          "keras.optimizers.schedules",
          "keras.regularizers",
          "keras.src.models.functional",
          "keras.src.models.model",
          "keras.src.models.sequential");

  private static final Set<String> CODE =
      Set.of(
          "Lambda",
          "__lambda__",
          "function",
          "class_method",
          "TorchModuleWrapper",
          "TFSMLayer",
          "JaxLayer",
          "FlaxLayer",
          "StringLookup",
          "IntegerLookup",
          "TextVectorization");

  /** Whole models carry their own name where other objects have none; custom ones have a '>'. */
  private static final Set<String> BUILT_IN = Set.of("Functional", "Sequential", "Model");

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(200).build())
          .build();

  private KerasConfig() {}

  /** Whether nothing in it names code. */
  static boolean harmless(byte[] utf8) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      return false;
    }
    try (JsonParser json = JSON.createParser(new StringReader(text))) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      boolean classes = false;
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token != JsonToken.FIELD_NAME) {
          continue;
        }
        String name = json.currentName();
        if (name.equals("module")) {
          if (json.nextToken() != JsonToken.VALUE_STRING || !MODULES.contains(json.getText())) {
            return false;
          }
        } else if (name.equals("class_name")) {
          classes = true;
          if (json.nextToken() != JsonToken.VALUE_STRING || CODE.contains(json.getText())) {
            return false;
          }
        } else if (name.equals("registered_name")) {
          if (json.nextToken() != JsonToken.VALUE_NULL && !BUILT_IN.contains(json.getText())) {
            return false;
          }
        }
      }
      return classes;
    } catch (IOException e) {
      return false;
    }
  }
}
