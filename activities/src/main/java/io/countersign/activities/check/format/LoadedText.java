package io.countersign.activities.check.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Text that libraries load as more than data: Transformers fetches and runs the code that {@code
 * auto_map} or {@code custom_pipelines} of a JSON file names, which may be in somebody else's
 * repository, and a YAML tag such as {@code !!python/object/apply} calls what it names. What cannot
 * be read is not proved harmless.
 */
final class LoadedText {
  private static final Set<String> CODE = Set.of("auto_map", "custom_pipelines");
  private static final String TAG = "tag:yaml.org,2002:";
  private static final Set<String> DATA =
      Set.of(
          "str",
          "int",
          "float",
          "bool",
          "null",
          "seq",
          "map",
          "set",
          "omap",
          "pairs",
          "binary",
          "timestamp");
  private static final int YAML_LIMIT = 8 * 1024 * 1024;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(500).build())
          .build();

  private LoadedText() {}

  /** A JSON text, or several one after the other. */
  static Verdict json(InputStream bytes) throws IOException {
    Held held = new Held(bytes);
    try (JsonParser json =
        JSON.createParser(new InputStreamReader(held, StandardCharsets.UTF_8.newDecoder()))) {
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.FIELD_NAME && CODE.contains(json.currentName())) {
          return code("it names code to load: " + json.currentName());
        }
      }
      return Verdict.Sound.of("text");
    } catch (IOException e) {
      held.rethrow();
      return unread("JSON");
    }
  }

  /** A stream of YAML documents. */
  static Verdict yaml(InputStream bytes) throws IOException {
    Held held = new Held(bytes);
    LoadSettings settings = LoadSettings.builder().setCodePointLimit(YAML_LIMIT).build();
    try {
      for (Event event :
          new Parse(settings)
              .parseReader(
                  new Lines(new InputStreamReader(held, StandardCharsets.UTF_8.newDecoder())))) {
        if (tag(event).filter(tag -> !data(tag)).isPresent()) {
          return code("a tag of it names code to load");
        }
      }
      return Verdict.Sound.of("text");
    } catch (YamlEngineException e) {
      held.rethrow();
      return unread("YAML");
    }
  }

  private static Optional<String> tag(Event event) {
    if (event instanceof ScalarEvent scalar) {
      return scalar.getTag();
    }
    return event instanceof CollectionStartEvent start ? start.getTag() : Optional.empty();
  }

  private static boolean data(String tag) {
    return tag.equals("!") || tag.startsWith(TAG) && DATA.contains(tag.substring(TAG.length()));
  }

  private static Verdict code(String why) {
    return new Verdict.MayRunCode("configuration", why);
  }

  private static Verdict unread(String format) {
    return code("it is no " + format + " that can be read");
  }

  /**
   * Refuses what begins a line in YAML 1.1 and not in 1.2 (section 5.4 of both): one reader's
   * comment would be another's tag.
   */
  private static final class Lines extends FilterReader {
    Lines(Reader in) {
      super(in);
    }

    @Override
    public int read(char[] into, int offset, int length) throws IOException {
      int count = super.read(into, offset, length);
      for (int i = offset; i < offset + count; i++) {
        if (into[i] == '\u0085' || into[i] == '\u2028' || into[i] == '\u2029') {
          throw new IOException("a line end of YAML 1.1 alone");
        }
      }
      return count;
    }
  }

  /** Tells a source that breaks off from text that does. */
  private static final class Held extends InputStream {
    private final InputStream in;
    private @Nullable IOException broken;

    Held(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      try {
        return in.read(into, offset, length);
      } catch (IOException e) {
        broken = e;
        throw e;
      }
    }

    void rethrow() throws IOException {
      if (broken != null) {
        throw broken;
      }
    }
  }
}
