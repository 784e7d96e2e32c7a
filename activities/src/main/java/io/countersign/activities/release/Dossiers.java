package io.countersign.activities.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.port.DocumentParser;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activity.GateJson;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy;
import io.countersign.policy.GatePolicy.SystemPolicy;
import io.countersign.policy.GatePolicy.Tier;
import io.countersign.record.FrozenRelease;
import io.countersign.record.JsonDocument;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import io.countersign.release.ReleaseId;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads dossiers. Archived gate policies and manifests are kept parsed, under the digest of the
 * bytes that they were parsed from.
 */
public final class Dossiers {
  private static final int POLICIES_KEPT = 32;
  private static final int MANIFESTS_KEPT = 512;

  private final ReleaseRecord record;
  private final DocumentParser parser;
  private final Map<Digest, GatePolicy> policies = kept(POLICIES_KEPT);
  private final Map<Digest, Manifest> manifests = kept(MANIFESTS_KEPT);

  public Dossiers(ReleaseRecord record, DocumentParser parser) {
    this.record = record;
    this.parser = parser;
  }

  /** The dossier of a release that was frozen; RECORD_CONFLICT when it was not. */
  public Dossier of(ReleaseId release) {
    return of(
        record
            .releases()
            .frozen(release)
            .orElseThrow(
                () ->
                    new GateException(
                        FailureType.RECORD_CONFLICT, "the record has no release " + release)));
  }

  /** The dossier around a frozen release. */
  public Dossier of(FrozenRelease frozen) {
    byte[] bytes = frozen.manifest().text().getBytes(StandardCharsets.UTF_8);
    Manifest manifest =
        manifests.computeIfAbsent(
            Digest.of(bytes), same -> parser.manifest(json(frozen.manifest())));
    GatePolicy policy = policies.computeIfAbsent(frozen.gateDigest(), this::archived);
    Tier tier =
        policy.tiers().stream()
            .filter(t -> t.name().equals(frozen.tier()))
            .findFirst()
            .orElseThrow(() -> conflict("tier " + frozen.tier()));
    SystemPolicy system =
        policy
            .system(frozen.id().environment(), frozen.id().system())
            .orElseThrow(() -> conflict("system " + frozen.id().system()));
    return new Dossier(frozen, manifest, policy, tier, system);
  }

  private static <V> Map<Digest, V> kept(int limit) {
    return Collections.synchronizedMap(
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Digest, V> eldest) {
            return size() > limit;
          }
        });
  }

  private GatePolicy archived(Digest digest) {
    byte[] bytes =
        record.documents().document(digest).orElseThrow(() -> conflict("gate policy " + digest));
    return parser.gatePolicy(bytes);
  }

  private static GateException conflict(String missing) {
    return new GateException(
        FailureType.RECORD_CONFLICT, "the archived gate policy does not hold " + missing);
  }

  /** The tree of a stored document. */
  public static JsonNode json(JsonDocument document) {
    try {
      return GateJson.mapper().readTree(document.text());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a stored document is JSON", e);
    }
  }

  /** The stored form of a tree. */
  public static JsonDocument document(JsonNode json) {
    return new JsonDocument(json.toString());
  }
}
