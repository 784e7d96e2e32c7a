package io.countersign.activities.check.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file: eight bytes with the length of a JSON object, the object, the
 * tensors' bytes. The tensors must fill the rest of the file: no byte twice, none left over, none
 * beyond its end, so that nothing hides in it. Nothing in the format runs.
 */
final class SafetensorsHeader {
  /** The reference reader takes 100 MB. */
  static final int LIMIT = 32 * 1024 * 1024;

  static final int TENSORS = 200_000;
  private static final int METADATA = 1024 * 1024;
  private static final int NAME = 1024;
  private static final int DIMENSIONS = 32;
  private static final String METADATA_KEY = "__metadata__";

  private static final Map<String, Integer> BITS =
      Map.ofEntries(
          Map.entry("BOOL", 8),
          Map.entry("F4", 4),
          Map.entry("F6_E2M3", 6),
          Map.entry("F6_E3M2", 6),
          Map.entry("U8", 8),
          Map.entry("I8", 8),
          Map.entry("F8_E5M2", 8),
          Map.entry("F8_E4M3", 8),
          Map.entry("F8_E8M0", 8),
          Map.entry("F8_E4M3FNUZ", 8),
          Map.entry("F8_E5M2FNUZ", 8),
          Map.entry("I16", 16),
          Map.entry("U16", 16),
          Map.entry("F16", 16),
          Map.entry("BF16", 16),
          Map.entry("I32", 32),
          Map.entry("U32", 32),
          Map.entry("F32", 32),
          Map.entry("C64", 64),
          Map.entry("F64", 64),
          Map.entry("I64", 64),
          Map.entry("U64", 64));

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(4)
                  .maxNumberLength(20)
                  .maxNameLength(NAME)
                  .maxStringLength(METADATA)
                  .build())
          .build();

  private record Extent(long begin, long end) {}

  private final List<Extent> extents = new ArrayList<>();

  private SafetensorsHeader() {}

  /** Whether the first bytes look like one. */
  static boolean begins(ModelBytes file) {
    return file.has(8, "{") && length(file) >= 2 && length(file) <= file.size() - 8;
  }

  private static long length(ModelBytes file) {
    return ByteBuffer.wrap(file.head()).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  static Verdict read(ModelBytes file) throws IOException, Unsound {
    if (file.head().length < 8) {
      throw truncated();
    }
    long length = length(file);
    if (length < 2 || length > LIMIT) {
      throw new Unsound(
          "header-length",
          "found a header of "
              + Long.toUnsignedString(length)
              + " bytes, allowed are 2 to "
              + LIMIT);
    }
    if (length > file.size() - 8) {
      throw truncated();
    }
    file.all().skipNBytes(8);
    byte[] header = file.all().readNBytes((int) length);
    if (header.length < length) {
      throw truncated();
    }
    if (header[0] != '{') {
      throw header("is no JSON object");
    }
    SafetensorsHeader read = new SafetensorsHeader();
    try (JsonParser json =
        JSON.createParser(
            new InputStreamReader(
                new ByteArrayInputStream(header), StandardCharsets.UTF_8.newDecoder()))) {
      read.tensors(json);
    } catch (JsonProcessingException | CharacterCodingException e) {
      throw header("is no well-formed JSON in UTF-8, repeats a name or exceeds a limit");
    }
    read.fill(file.size() - 8 - length);
    return new Verdict.Sound("safetensors", read.extents.size(), List.of());
  }

  private void tensors(JsonParser json) throws IOException, Unsound {
    require(json.nextToken() == JsonToken.START_OBJECT);
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      if (name.equals(METADATA_KEY)) {
        metadata(json);
      } else if (extents.size() == TENSORS) {
        throw header("lists more than " + TENSORS + " tensors");
      } else {
        tensor(json);
      }
    }
    require(json.currentToken() == JsonToken.END_OBJECT);
    if (json.nextToken() != null) {
      throw header("goes on after its JSON object");
    }
  }

  private static void metadata(JsonParser json) throws IOException, Unsound {
    require(json.currentToken() == JsonToken.START_OBJECT);
    long characters = 0;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      characters += json.currentName().length();
      require(json.nextToken() == JsonToken.VALUE_STRING);
      characters += json.getTextLength();
      if (characters > METADATA) {
        throw header("has metadata of more than " + METADATA + " characters");
      }
    }
  }

  private void tensor(JsonParser json) throws IOException, Unsound {
    require(json.currentToken() == JsonToken.START_OBJECT);
    Integer bits = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "dtype" -> {
          require(json.currentToken() == JsonToken.VALUE_STRING);
          bits = BITS.get(json.getText());
          if (bits == null) {
            throw new Unsound("tensor-type", "a tensor has a type that the format does not list");
          }
        }
        case "shape" -> shape = numbers(json, DIMENSIONS);
        case "data_offsets" -> offsets = numbers(json, 2);
        default -> throw header("has a tensor with fields that the format does not list");
      }
    }
    if (bits == null || shape == null || offsets == null || offsets.size() != 2) {
      throw header("has a tensor without dtype, shape or two data_offsets");
    }
    long begin = offsets.get(0);
    long end = offsets.get(1);
    if (begin > end || end - begin != bytes(bits, shape)) {
      throw new Unsound("tensor-size", "a tensor's offsets do not hold its type and shape");
    }
    extents.add(new Extent(begin, end));
  }

  private static List<Long> numbers(JsonParser json, int most) throws IOException, Unsound {
    require(json.currentToken() == JsonToken.START_ARRAY);
    List<Long> numbers = new ArrayList<>();
    while (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
      if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
          || json.getLongValue() < 0
          || numbers.size() == most) {
        throw new Unsound("tensor-size", "a tensor has a number that is negative or too large");
      }
      numbers.add(json.getLongValue());
    }
    require(json.currentToken() == JsonToken.END_ARRAY);
    return numbers;
  }

  private static long bytes(int bits, List<Long> shape) throws Unsound {
    try {
      long product = bits;
      for (long dimension : shape) {
        product = Math.multiplyExact(product, dimension);
      }
      if (product % 8 != 0) {
        throw new Unsound("tensor-size", "a tensor does not end at a whole byte");
      }
      return product / 8;
    } catch (ArithmeticException e) {
      throw new Unsound("tensor-size", "a tensor's shape overflows");
    }
  }

  private void fill(long rest) throws Unsound {
    extents.sort(Comparator.comparingLong(Extent::begin).thenComparingLong(Extent::end));
    long at = 0;
    for (Extent extent : extents) {
      if (extent.begin() < at) {
        throw new Unsound("tensor-overlap", "two tensors share bytes");
      }
      if (extent.begin() > at) {
        throw new Unsound("tensor-hole", "bytes between two tensors belong to none");
      }
      at = extent.end();
    }
    if (at > rest) {
      throw truncated();
    }
    if (at < rest) {
      throw new Unsound("trailing-bytes", (rest - at) + " bytes after the last tensor");
    }
  }

  private static void require(boolean holds) throws Unsound {
    if (!holds) {
      throw header("does not have the structure of the format");
    }
  }

  private static Unsound header(String what) {
    return new Unsound("header", "the header " + what);
  }

  private static Unsound truncated() {
    return new Unsound("truncated", "the file ends before what its header says");
  }
}
