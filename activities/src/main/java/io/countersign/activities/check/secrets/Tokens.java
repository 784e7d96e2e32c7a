package io.countersign.activities.check.secrets;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.countersign.activities.port.SubjectSource;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Walks JSON token by token, so that memory does not grow with the document: what nobody asks for
 * is passed over. A field that is asked for may stand once in an object.
 */
final class Tokens implements Closeable {
  private static final int TEXT = 1024 * 1024;
  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxDocumentLength(SubjectSource.DOCUMENT_LIMIT)
                  .maxNestingDepth(64)
                  .maxStringLength(TEXT)
                  .maxNameLength(10_000)
                  .maxNumberLength(100)
                  .build())
          .build();

  private final JsonParser parser;

  Tokens(byte[] document) throws IOException {
    this.parser = JSON.createParser(document);
    parser.nextToken();
  }

  /** Reads one value, on which the parser stands. */
  interface Value {
    void read() throws IOException;
  }

  /** The document is not what it should be. */
  static final class Malformed extends IOException {
    private static final long serialVersionUID = 1L;

    Malformed(String what) {
      super(what);
    }
  }

  /** Reads these fields of an object in the order in which they stand and passes over others. */
  void object(Map<String, Value> fields) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new Malformed("an object is missing");
    }
    Set<String> seen = new HashSet<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      Value field = fields.get(name);
      parser.nextToken();
      if (field != null) {
        if (!seen.add(name)) {
          throw new Malformed("'" + name + "' stands twice");
        }
        field.read();
      }
      pass();
    }
  }

  /** Reads every item of a list; null is an empty one. */
  void list(Value item) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw new Malformed("a list is missing");
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      item.read();
      pass();
    }
  }

  /** Whether the value is there and is not null. */
  boolean present() {
    return parser.currentToken() != JsonToken.VALUE_NULL;
  }

  /** A text, cut off after this many characters; null for null. */
  @Nullable String text(int limit) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return null;
    }
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw new Malformed("a text is missing");
    }
    String text = parser.getText();
    return text.length() <= limit ? text : text.substring(0, limit);
  }

  /** A text or a number, as it stands. */
  String scalar(int limit) throws IOException {
    if (!parser.currentToken().isScalarValue()) {
      throw new Malformed("a text or number is missing");
    }
    String text = parser.getText();
    return text.length() <= limit ? text : text.substring(0, limit);
  }

  /** A whole number; SARIF writes -1 for none. */
  int number() throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      throw new Malformed("a whole number is missing");
    }
    return parser.getIntValue();
  }

  boolean truth() throws IOException {
    if (!parser.currentToken().isBoolean()) {
      throw new Malformed("true or false is missing");
    }
    return parser.getBooleanValue();
  }

  /** Nothing may follow. */
  void end() throws IOException {
    if (parser.nextToken() != null) {
      throw new Malformed("something follows the document");
    }
  }

  private void pass() throws IOException {
    if (parser.currentToken() == null) {
      throw new Malformed("the document breaks off");
    }
    // What a reader consumed stands at its end already.
    parser.skipChildren();
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
