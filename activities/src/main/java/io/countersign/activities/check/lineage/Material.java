package io.countersign.activities.check.lineage;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Something that a model was made of.
 *
 * @param name as the document names it, or its URI
 * @param digests those that pin it, by algorithm, in lower case; SHA-1 only as a git commit
 */
record Material(String name, String uri, SortedMap<String, String> digests) {
  private static final Map<String, Pattern> PINNING =
      Map.of(
          "sha256", Pattern.compile("[0-9a-f]{64}"),
          "sha384", Pattern.compile("[0-9a-f]{96}"),
          "sha512", Pattern.compile("[0-9a-f]{128}"),
          "gitCommit", Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}"));

  /** A resource descriptor of in-toto, with the digests that pin it. */
  static Material resource(JsonNode json) {
    String uri = json.path("uri").asText();
    String name = json.path("name").asText();
    SortedMap<String, String> digests = new TreeMap<>();
    json.path("digest")
        .properties()
        .forEach(digest -> pin(digests, digest.getKey(), digest.getValue().asText()));
    return new Material(name.isEmpty() ? uri : name, uri, digests);
  }

  static Material of(String name, String uri, String algorithm, String value) {
    SortedMap<String, String> digests = new TreeMap<>();
    pin(digests, algorithm, value);
    return new Material(name, uri, digests);
  }

  /** Keeps a digest if it is one of an algorithm that pins. */
  static void pin(SortedMap<String, String> digests, String algorithm, String value) {
    Pattern form = PINNING.get(algorithm);
    if (form != null && form.matcher(value).matches()) {
      digests.put(algorithm, value);
    }
  }

  boolean pinned() {
    return !digests.isEmpty();
  }

  @Nullable String sha256() {
    return digests.get("sha256");
  }

  @Nullable String commit() {
    return digests.get("gitCommit");
  }

  boolean isNamed(Collection<String> names) {
    return names.contains(name) || names.contains(uri);
  }
}
