package io.countersign.release;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
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
    @Nullable Rollback rollback) {

  public Manifest {
    dependencies = dependencies == null ? List.of() : List.copyOf(dependencies);
    evidence = evidence == null ? new Evidence(null, null, null) : evidence;
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

  public record Metadata(
      String system,
      String version,
      String environment,
      String owner,
      @Nullable String change,
      @Nullable List<String> contributors) {
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

  public record Workload(String identity, String image, String issuer) {}

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

  public record Dependency(
      String name,
      String kind,
      @Nullable String endpoint,
      String owner,
      @Nullable List<String> dataClasses,
      @Nullable String reviewedUntil,
      @Nullable Digest digest) {
    public Dependency {
      dataClasses = dataClasses == null ? List.of() : List.copyOf(dataClasses);
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

  public record Evidence(
      @Nullable String metrics, @Nullable String lineage, @Nullable List<String> scans) {
    public Evidence {
      scans = scans == null ? List.of() : List.copyOf(scans);
    }

    /** Every document named, in the order of the file. */
    public List<String> documents() {
      List<String> all = new ArrayList<>();
      if (metrics != null) {
        all.add(metrics);
      }
      if (lineage != null) {
        all.add(lineage);
      }
      all.addAll(scans);
      return List.copyOf(all);
    }
  }

  public record Rollback(String to) {}
}
