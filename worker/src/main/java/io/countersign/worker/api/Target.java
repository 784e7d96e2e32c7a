package io.countersign.worker.api;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for, as it stood in the request line. The path is taken as it is: escapes,
 * parameters behind {@code ;}, empty segments and dots are refused, so that no two readers
 * understand it differently.
 */
final class Target {
  private static final int LONGEST = 1_000;
  private static final Pattern PATH = Pattern.compile("(?:/[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)+");
  private static final Pattern QUERY =
      Pattern.compile("[a-z]+=[A-Za-z0-9._~:@%+/-]+(?:&[a-z]+=[A-Za-z0-9._~:@%+/-]+)*");

  private final String path;
  private final @Nullable String query;
  private final Map<String, String> parameters;

  private Target(String path, @Nullable String query, Map<String, String> parameters) {
    this.path = path;
    this.query = query;
    this.parameters = parameters;
  }

  /** Takes path and query as they were sent; WRONG_REQUEST when they are of another form. */
  static Target of(String path, @Nullable String query) {
    if (path.length() + (query == null ? 0 : query.length()) > LONGEST
        || !PATH.matcher(path).matches()
        || path.contains("..")) {
      throw refused("path: allowed are lower-case segments, at most 1,000 characters in all");
    }
    if (query == null) {
      return new Target(path, null, Map.of());
    }
    if (!QUERY.matcher(query).matches()) {
      throw refused("query: allowed are name=value pairs");
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String pair : query.split("&", -1)) {
      int at = pair.indexOf('=');
      if (parameters.put(pair.substring(0, at), decoded(pair.substring(at + 1))) != null) {
        throw refused("query: allowed is each name once");
      }
    }
    return new Target(path, query, parameters);
  }

  private static String decoded(String value) {
    try {
      return URLDecoder.decode(value, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw refused("query: found an escape that is none");
    }
  }

  /** Path and query, byte for byte as they were sent. */
  String whole() {
    return query == null ? path : path + "?" + query;
  }

  List<String> segments() {
    return Arrays.asList(path.substring(1).split("/", -1));
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  /** Refuses every parameter but these: a misspelt filter must not widen an answer. */
  void allowOnly(Set<String> names) {
    if (!names.containsAll(parameters.keySet())) {
      throw refused("query: allowed are " + String.join(", ", names.stream().sorted().toList()));
    }
  }

  static GateException refused(String detail) {
    return new GateException(FailureType.WRONG_REQUEST, detail);
  }
}
