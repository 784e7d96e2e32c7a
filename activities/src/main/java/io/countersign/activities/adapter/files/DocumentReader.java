package io.countersign.activities.adapter.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.countersign.activities.port.DocumentParser;
import io.countersign.failure.FailureType;
import io.countersign.policy.Approvers;
import io.countersign.policy.GatePolicy;
import io.countersign.policy.Trust;
import io.countersign.release.CanonicalJson;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Reads {@code release.yaml}, {@code gate.yaml}, {@code approvers.yaml} and {@code trust.yaml}:
 * syntax, then JSON Schema, then the rules of the values themselves. Refused with {@link
 * InvalidDocumentException}, which names every problem by file, line, column and field.
 */
public final class DocumentReader implements DocumentParser {
  /** Most bytes of a release manifest. */
  public static final int RELEASE_LIMIT = 256 * 1024;

  /** Most bytes of a gate policy or an approvers file. */
  public static final int RULES_LIMIT = 1024 * 1024;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private final Function<String, String> fingerprint;

  /**
   * @param fingerprint from the text of a public key to its key id; an {@link
   *     IllegalArgumentException} says why a key is refused
   */
  public DocumentReader(Function<String, String> fingerprint) {
    this.fingerprint = fingerprint;
  }

  /** Reads a release manifest, locked or not. */
  public ReleaseDocument release(Path file) {
    return release(
        file.toString(), BoundedFile.read(file, RELEASE_LIMIT, FailureType.INVALID_MANIFEST));
  }

  /** As above, from bytes; {@code name} is what errors call it. */
  public ReleaseDocument release(String name, byte[] bytes) {
    Problems problems = new Problems(name, FailureType.INVALID_MANIFEST);
    JsonNode json = json(bytes, RELEASE_LIMIT, DocumentSchema.release(), problems);
    return release(json, problems);
  }

  /** The manifest of a submission. It is validated like a file; its digests must be there. */
  @Override
  public Manifest manifest(JsonNode json) {
    Problems problems = new Problems("manifest", FailureType.INVALID_MANIFEST);
    OpenJson.require(json, DocumentSchema.release(), RELEASE_LIMIT, problems);
    ReleaseDocument document = release(json, problems);
    for (Manifest.Named named : document.manifest().subjects().named()) {
      if (named.subject().digest() == null) {
        problems.add(
            List.of("subjects", named.name(), "digest"),
            "nothing",
            "the digest of the bytes; countersign lock fills it in");
      }
    }
    problems.throwIfAny();
    return document.manifest();
  }

  private static ReleaseDocument release(JsonNode json, Problems problems) {
    DocumentSchema.release().validate(json, problems);
    problems.throwIfAny();
    Manifest manifest = value(json, Manifest.class, problems);
    ManifestRules.check(manifest, problems);
    problems.throwIfAny();
    boolean locked =
        manifest.subjects().all().stream().allMatch(subject -> subject.digest() != null);
    return new ReleaseDocument(manifest, json, locked ? CanonicalJson.digest(json) : null);
  }

  /** Reads the gate policy of the worker. */
  public GateDocument gate(Path file) {
    return gate(
        file.toString(), BoundedFile.read(file, RULES_LIMIT, FailureType.INVALID_GATE_POLICY));
  }

  /** As above, from bytes; {@code name} is what errors call it. */
  public GateDocument gate(String name, byte[] bytes) {
    Problems problems = new Problems(name, FailureType.INVALID_GATE_POLICY);
    JsonNode json = json(bytes, RULES_LIMIT, DocumentSchema.gate(), problems);
    DocumentSchema.gate().validate(json, problems);
    problems.throwIfAny();
    GatePolicy policy = value(json, GatePolicy.class, problems);
    GateRules.check(policy, problems);
    SupplierRules.check(policy.suppliers(), fingerprint, problems);
    ExternalRules.check(policy, fingerprint, problems);
    problems.throwIfAny();
    return new GateDocument(policy, bytes, Digest.of(bytes));
  }

  @Override
  public GatePolicy gatePolicy(byte[] bytes) {
    return gate("gate policy", bytes).policy();
  }

  /** Reads the approvers file of the worker. */
  public ApproversDocument approvers(Path file) {
    return approvers(
        file.toString(), BoundedFile.read(file, RULES_LIMIT, FailureType.INVALID_APPROVERS));
  }

  /** As above, from bytes; {@code name} is what errors call it. */
  public ApproversDocument approvers(String name, byte[] bytes) {
    Problems problems = new Problems(name, FailureType.INVALID_APPROVERS);
    JsonNode json = json(bytes, RULES_LIMIT, DocumentSchema.approvers(), problems);
    DocumentSchema.approvers().validate(json, problems);
    problems.throwIfAny();
    nameKeys(json, "people", problems);
    problems.throwIfAny();
    Approvers approvers = value(json, Approvers.class, problems);
    return new ApproversDocument(approvers, bytes, Digest.of(bytes));
  }

  @Override
  public Approvers approvers(byte[] bytes) {
    return approvers("approvers", bytes).approvers();
  }

  /** Reads an auditor's trust file. */
  public Trust trust(Path file) {
    return trust(file.toString(), BoundedFile.read(file, RULES_LIMIT, FailureType.INVALID_TRUST));
  }

  /** As above, from bytes; {@code name} is what errors call it. */
  public Trust trust(String name, byte[] bytes) {
    Problems problems = new Problems(name, FailureType.INVALID_TRUST);
    JsonNode json = json(bytes, RULES_LIMIT, DocumentSchema.trust(), problems);
    DocumentSchema.trust().validate(json, problems);
    problems.throwIfAny();
    nameKeys(json, "policyOwners", problems);
    TrustRules.check(json, fingerprint, problems);
    problems.throwIfAny();
    Trust trust = value(json, Trust.class, problems);
    TrustRules.requireOwners(trust, problems);
    problems.throwIfAny();
    return trust;
  }

  private void nameKeys(JsonNode json, String list, Problems problems) {
    JsonNode people = json.path(list);
    for (int p = 0; p < people.size(); p++) {
      JsonNode keys = people.get(p).path("keys");
      for (int k = 0; k < keys.size(); k++) {
        try {
          ObjectNode key = (ObjectNode) keys.get(k);
          key.put("keyId", fingerprint.apply(key.path("publicKey").textValue()));
        } catch (IllegalArgumentException e) {
          problems.add(
              List.of(list, p, "keys", k, "publicKey"),
              "a key that is refused",
              "a usable key: " + Problems.shorten(String.valueOf(e.getMessage())));
        }
      }
    }
  }

  private static JsonNode json(byte[] bytes, int limit, DocumentSchema schema, Problems problems) {
    if (bytes.length > limit) {
      throw problems.fatal(
          Place.TOP, List.of(), BoundedFile.tooMuch(limit), BoundedFile.atMost(limit));
    }
    YamlNode document = YamlReader.read(bytes, problems);
    problems.locate(document);
    JsonNode json = TypedJson.of(document, schema, problems);
    problems.throwIfAny();
    return json;
  }

  private static <T> T value(JsonNode json, Class<T> type, Problems problems) {
    try {
      return MAPPER.treeToValue(json, type);
    } catch (JsonMappingException e) {
      List<Object> field = new ArrayList<>();
      for (JsonMappingException.Reference step : e.getPath()) {
        field.add(step.getFieldName() == null ? (Object) step.getIndex() : step.getFieldName());
      }
      // Only the domain's own refusals are safe to show; the library's messages quote what they
      // refuse.
      String why =
          e.getCause() instanceof IllegalArgumentException refused
              ? refused.getMessage()
              : "a value of this field's kind";
      problems.add(field, "a value that is refused", String.valueOf(why));
    } catch (JsonProcessingException e) {
      problems.add(List.of(), "a value that is refused", "a value of the schema");
    }
    problems.throwIfAny();
    throw new IllegalStateException("a refusal names its problem");
  }
}
