package io.countersign.activities.adapter.cedar;

import com.cedarpolicy.model.exception.CacheException;
import com.cedarpolicy.model.exception.InternalException;
import com.cedarpolicy.model.schema.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The shipped schema with one declaration of arguments each. Kept, because the engine keeps what it
 * has parsed for as long as somebody holds it; the engine itself keeps a bounded number.
 */
final class CedarSchemas {
  private static final int MOST_KEPT = 256;

  /** What would not be about arguments. */
  private static final Pattern OPENS_OURS = Pattern.compile("\\bnamespace\\s+\"?Countersign\\b");

  private final Map<String, Schema> kept =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Schema> eldest) {
          return size() > MOST_KEPT;
        }
      };

  private final String shipped = resource("countersign.cedarschema");
  private final String none = resource("arguments.cedarschema");

  /**
   * The schema, in the engine's own memory.
   *
   * @param arguments the text of {@code arguments.cedarschema}, or null for no arguments
   */
  synchronized Schema with(@Nullable String arguments) throws RefusedException, CacheException {
    String declared = arguments == null ? none : arguments;
    Schema known = kept.get(declared);
    if (known != null) {
      return known;
    }
    if (OPENS_OURS.matcher(declared).find()) {
      throw new RefusedException("declares namespace Countersign, which is not the release's");
    }
    try {
      Schema schema = Schema.parse(Schema.JsonOrCedar.Cedar, shipped + "\n" + declared);
      schema.cache();
      kept.put(declared, schema);
      return schema;
    } catch (InternalException e) {
      throw new RefusedException(
          "does not declare Application::Arguments: "
              + Printable.of(String.join("; ", e.getErrors())));
    }
  }

  private static String resource(String name) {
    try (InputStream in =
        CedarSchemas.class.getResourceAsStream("/io/countersign/runtime/" + name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A declaration that is none. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }
}
