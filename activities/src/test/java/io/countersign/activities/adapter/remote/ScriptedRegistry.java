package io.countersign.activities.adapter.remote;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.release.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A registry on this machine that holds what a test puts there, and lies where the test says. */
final class ScriptedRegistry implements AutoCloseable {
  static final String REPOSITORY = "ml/fraud";
  static final byte[] CONFIG = "{}".getBytes(StandardCharsets.UTF_8);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ScriptedServer server = new ScriptedServer();

  ScriptedServer server() {
    return server;
  }

  String url() {
    return server.url("");
  }

  /** A manifest with an empty configuration and no layers yet. */
  static ObjectNode manifest() {
    ObjectNode manifest = JSON.createObjectNode();
    manifest.put("schemaVersion", 2);
    manifest.put("mediaType", "application/vnd.oci.image.manifest.v1+json");
    manifest.put("artifactType", "application/vnd.example.model");
    manifest.set("config", descriptor("application/vnd.oci.empty.v1+json", CONFIG));
    manifest.putArray("layers");
    return manifest;
  }

  static ObjectNode descriptor(String type, byte[] bytes) {
    return JSON.createObjectNode()
        .put("mediaType", type)
        .put("digest", Digest.of(bytes).toString())
        .put("size", bytes.length);
  }

  /** Adds a layer; without a title when it is null. */
  static ObjectNode layer(ObjectNode manifest, @Nullable String title, byte[] bytes) {
    ObjectNode layer = descriptor("application/octet-stream", bytes);
    if (title != null) {
      layer.putObject("annotations").put("org.opencontainers.image.title", title);
    }
    ((ArrayNode) manifest.get("layers")).add(layer);
    return layer;
  }

  static byte[] bytes(ObjectNode json) {
    try {
      return JSON.writeValueAsBytes(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void blob(byte[] bytes) {
    server.file(blobPath(Digest.of(bytes)), bytes);
  }

  static String blobPath(Digest digest) {
    return "/v2/" + REPOSITORY + "/blobs/" + digest;
  }

  static String manifestPath(Digest digest) {
    return "/v2/" + REPOSITORY + "/manifests/" + digest;
  }

  /** Puts a manifest there; the answer is the URI of its artifact. */
  String push(byte[] manifest) {
    server.file(manifestPath(Digest.of(manifest)), manifest);
    return uri(Digest.of(manifest));
  }

  String push(ObjectNode manifest) {
    return push(bytes(manifest));
  }

  String uri(Digest digest) {
    return url().replace("http://", "oci://") + "/" + REPOSITORY + "@" + digest;
  }

  @Override
  public void close() {
    server.close();
  }
}
