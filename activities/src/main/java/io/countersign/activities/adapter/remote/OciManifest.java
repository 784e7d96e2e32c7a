package io.countersign.activities.adapter.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.release.Digest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an artifact consists of. Source: OCI Image Specification 1.1, "Image Manifest" and
 * "Descriptor"; the second version of Docker's manifest has the same form.
 *
 * <p>Each layer is a file: named by its title, or by its digest when it has none. Refused: an index
 * of several artifacts, a document that could be read as two kinds (as in CVE-2021-41190), an
 * artifact without layers, another algorithm than SHA-256, two files of one name, a file that is a
 * directory of others too, names that lead elsewhere.
 *
 * @param config what belongs to the artifact and is none of its files
 * @param files sorted as in the manifest, each name once
 */
record OciManifest(Blob config, List<Blob> files) {
  static final int LIMIT = 4 * 1024 * 1024;
  static final String ACCEPTED =
      "application/vnd.oci.image.manifest.v1+json,"
          + " application/vnd.docker.distribution.manifest.v2+json";
  private static final Set<String> TYPES = Set.of(ACCEPTED.split(", "));
  private static final String TITLE = "org.opencontainers.image.title";
  private static final long VERSION = 2;

  OciManifest {
    files = List.copyOf(files);
  }

  /**
   * One blob.
   *
   * @param path below the artifact
   */
  record Blob(String path, long size, Digest digest) {}

  /** Reads a manifest whose bytes are proved; {@code shown} is for people. */
  static OciManifest read(byte[] bytes, String shown) {
    try {
      ObjectNode json = ForeignJson.object(bytes);
      requireKind(json);
      Blob config = blob(json.path("config"), "config");
      Map<String, Blob> files = new LinkedHashMap<>();
      for (JsonNode layer : json.path("layers")) {
        add(files, layer);
      }
      if (files.isEmpty()) {
        throw new IllegalArgumentException("an artifact without layers");
      }
      requireNoFileAbove(files);
      return new OciManifest(config, new ArrayList<>(files.values()));
    } catch (IllegalArgumentException e) {
      throw Refusals.refused(String.valueOf(e.getMessage()), shown);
    }
  }

  private static void requireKind(ObjectNode json) {
    if (json.has("manifests")) {
      throw new IllegalArgumentException("an index; allowed is the manifest of one artifact");
    }
    JsonNode type = json.path("mediaType");
    boolean known = type.isMissingNode() || TYPES.contains(type.asText());
    JsonNode version = json.path("schemaVersion");
    if (!known || !version.isIntegralNumber() || version.asLong() != VERSION) {
      throw new IllegalArgumentException("another kind of manifest");
    }
    if (json.has("fsLayers") || !json.path("layers").isArray()) {
      throw new IllegalArgumentException("a manifest without a list of layers");
    }
  }

  private static void add(Map<String, Blob> files, JsonNode layer) {
    JsonNode title = layer.path("annotations").path(TITLE);
    if (title.isMissingNode()) {
      Blob blob = blob(layer, "");
      Blob unnamed = new Blob("sha256-" + blob.digest().hex(), blob.size(), blob.digest());
      // An image may repeat a layer; its name is its content.
      Blob before = files.putIfAbsent(unnamed.path(), unnamed);
      requireOnce(before == null || before.equals(unnamed));
      return;
    }
    if (!title.isTextual()) {
      throw new IllegalArgumentException("a title that is no text");
    }
    OciReference.requireTitle(title.textValue());
    Blob blob = blob(layer, title.textValue());
    requireOnce(files.putIfAbsent(blob.path(), blob) == null);
  }

  private static void requireOnce(boolean once) {
    if (!once) {
      throw new IllegalArgumentException("two files of one name");
    }
  }

  private static Blob blob(JsonNode descriptor, String path) {
    JsonNode size = descriptor.path("size");
    JsonNode digest = descriptor.path("digest");
    if (!size.isIntegralNumber() || !size.canConvertToLong() || size.asLong() < 0) {
      throw new IllegalArgumentException("a descriptor without a size");
    }
    if (!digest.isTextual()) {
      throw new IllegalArgumentException("a descriptor without a digest");
    }
    return new Blob(path, size.asLong(), Digest.parse(digest.textValue()));
  }

  private static void requireNoFileAbove(Map<String, Blob> files) {
    for (String path : files.keySet()) {
      for (int at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
        if (files.containsKey(path.substring(0, at))) {
          throw new IllegalArgumentException("a file that is a directory too");
        }
      }
    }
  }

  /** Bytes of all files and the configuration; a sum that is too large counts as the most. */
  long bytes() {
    long sum = config.size();
    for (Blob file : files) {
      sum = sum + file.size() < 0 ? Long.MAX_VALUE : sum + file.size();
    }
    return sum;
  }
}
