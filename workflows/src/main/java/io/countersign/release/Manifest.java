package io.countersign.release;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What {@code release.yaml} says, after its JSON Schema accepted it. The release digest is taken
 * over the document that people wrote, not over this value, so nothing that a reader ignores
 * escapes the digest.
 */
@JsonIgnoreProperties({"apiVersion", "kind"})
public record Manifest(
    Metadata metadata,
    Subjects subjects,
    Workload workload,
    Access access,
    @Nullable List<Dependency> dependencies,
    Profile profile,
    @Nullable Evidence evidence,
    @Nullable Rollback rollback,
    @Nullable Emergency emergency) {

  public Manifest {
    dependencies = dependencies == null ? List.of() : List.copyOf(dependencies);
    evidence = evidence == null ? new Evidence(null, null, null, null, null, null) : evidence;
  }

  /** The identity of the release. */
  public ReleaseId id() {
    return new ReleaseId(metadata.environment(), metadata.system(), metadata.version());
  }

  /** Everybody the manifest names as maker of a part, sorted, without repeats. */
  public List<String> contributors() {
    TreeSet<String> people = new TreeSet<>(metadata.contributors());
    for (Subject subject : subjects.all()) {
      people.addAll(subject.contributors());
    }
    return List.copyOf(people);
  }

  /**
   * @param tier the tier that the release wants at least; facts may select a higher one, never a
   *     lower
   */
  public record Metadata(
      String system,
      String version,
      String environment,
      String owner,
      @Nullable String change,
      @Nullable List<String> contributors,
      @Nullable String tier) {
    public Metadata {
      contributors = contributors == null ? List.of() : List.copyOf(contributors);
    }
  }

  /** The four subjects of every release. */
  public record Subjects(Subject model, Subject dataset, Subject prompts, Subject policy) {
    public List<Subject> all() {
      return List.of(model, dataset, prompts, policy);
    }

    /** The subjects under their names, in the order in which people read them. */
    public List<Named> named() {
      return List.of(
          new Named("model", model),
          new Named("dataset", dataset),
          new Named("prompts", prompts),
          new Named("policy", policy));
    }
  }

  public record Named(String name, Subject subject) {}

  /**
   * @param uri where the bytes are: a path below a trusted root, or a URI of a trusted source
   * @param digest null only before {@code countersign lock}
   * @param contributors who made it: they have no voice in this release (I4)
   */
  public record Subject(String uri, @Nullable Digest digest, @Nullable List<String> contributors) {
    public Subject {
      contributors = contributors == null ? List.of() : List.copyOf(contributors);
    }
  }

  /**
   * @param logs where it sends its log; null when the manifest does not say
   */
  public record Workload(String identity, String image, String issuer, @Nullable Logs logs) {}

  /**
   * @param sink an address, for example {@code https://logs.example.com/ingest}
   */
  public record Logs(String sink) {}

  public record Access(
      List<String> policies, @Nullable List<Tool> tools, Span tokenTtl, Span validity) {
    public Access {
      policies = policies.stream().sorted().distinct().toList();
      tools = tools == null ? List.of() : List.copyOf(tools);
    }
  }

  public record Tool(String name, List<String> permissions) {
    public Tool {
      permissions = permissions.stream().sorted().distinct().toList();
    }
  }

  /**
   * Something that the release uses and that others supply.
   *
   * @param supplier as the gate policy names it; null when it has the dependency's name
   * @param dataClasses what leaves to it
   * @param digest pins an artefact
   * @param publisher the supplier's signature over that digest
   */
  public record Dependency(
      String name,
      String kind,
      @Nullable String supplier,
      @Nullable String endpoint,
      String owner,
      @Nullable List<String> dataClasses,
      @Nullable String reviewedUntil,
      @Nullable Digest digest,
      @Nullable Publisher publisher) {
    public Dependency {
      dataClasses = dataClasses == null ? List.of() : List.copyOf(dataClasses);
    }
  }

  /**
   * Where the supplier's signature is; exactly one of the two.
   *
   * @param statement an in-toto statement in a DSSE envelope
   * @param signature a detached signature
   */
  public record Publisher(@Nullable String statement, @Nullable String signature) {
    /** Where to read it. */
    public String uri() {
      return Objects.requireNonNull(statement == null ? signature : statement);
    }
  }

  public record Profile(
      String exposure,
      String autonomy,
      List<String> dataClasses,
      String intendedUse,
      String impact) {
    public Profile {
      dataClasses = dataClasses.stream().sorted().distinct().toList();
    }
  }

  /**
   * Documents that checks read.
   *
   * @param lineage provenance of the model, or the run that trained it
   * @param bom CycloneDX bill of materials
   * @param smokeTest report of a test of the image with the model
   * @param modelSignature a bundle of OpenSSF Model Signing over the model
   */
  public record Evidence(
      @Nullable String metrics,
      @Nullable String lineage,
      @Nullable String bom,
      @Nullable String smokeTest,
      @Nullable String modelSignature,
      @Nullable List<String> scans) {
    public Evidence {
      scans = scans == null ? List.of() : List.copyOf(scans);
    }

    /** Every document named, in the order of the file. */
    public List<String> documents() {
      List<String> all = new ArrayList<>();
      Stream.of(metrics, lineage, bom, smokeTest, modelSignature)
          .filter(Objects::nonNull)
          .forEach(all::add);
      all.addAll(scans);
      return List.copyOf(all);
    }
  }

  public record Rollback(String to) {}

  /**
   * Asks for the emergency tier. Only a policy that has one gives it, and only people sign it off.
   *
   * @param incident what the incident is known by, for example {@code INC-2041}
   */
  public record Emergency(String incident, String reason) {}
}
