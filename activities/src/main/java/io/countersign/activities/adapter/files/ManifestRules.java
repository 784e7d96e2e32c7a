package io.countersign.activities.adapter.files;

import io.countersign.activities.port.SubjectPath;
import io.countersign.release.Manifest;
import io.countersign.release.ReleaseId;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a manifest must hold to beyond its schema. */
final class ManifestRules {
  private final Manifest manifest;
  private final Problems problems;

  private ManifestRules(Manifest manifest, Problems problems) {
    this.manifest = manifest;
    this.problems = problems;
  }

  static void check(Manifest manifest, Problems problems) {
    ManifestRules rules = new ManifestRules(manifest, problems);
    rules.identity();
    rules.paths();
    rules.access();
    rules.dependencies();
  }

  private void identity() {
    try {
      ReleaseId id = manifest.id();
      Manifest.Rollback rollback = manifest.rollback();
      if (rollback != null && id.withVersion(rollback.to()).equals(id)) {
        problems.add(
            List.of("rollback", "to"), "this version itself", "the version of another release");
      }
    } catch (IllegalArgumentException e) {
      problems.add(
          List.of("metadata"), "an identity that is refused", String.valueOf(e.getMessage()));
    }
  }

  private void paths() {
    for (Manifest.Named named : manifest.subjects().named()) {
      path(List.of("subjects", named.name(), "uri"), named.subject().uri());
    }
    Manifest.Evidence evidence = manifest.evidence();
    if (evidence == null) {
      return;
    }
    optional("metrics", evidence.metrics());
    optional("lineage", evidence.lineage());
    optional("bom", evidence.bom());
    optional("smokeTest", evidence.smokeTest());
    optional("modelSignature", evidence.modelSignature());
    List<String> scans = evidence.scans() == null ? List.of() : evidence.scans();
    for (int i = 0; i < scans.size(); i++) {
      path(List.of("evidence", "scans", i), scans.get(i));
    }
  }

  private void optional(String name, @Nullable String uri) {
    if (uri != null) {
      path(List.of("evidence", name), uri);
    }
  }

  private void path(List<Object> field, String uri) {
    if (SubjectPath.isOtherScheme(uri)) {
      return;
    }
    try {
      SubjectPath.parse(uri);
    } catch (IllegalArgumentException e) {
      problems.add(field, Problems.quoted(uri), "a path that is safe: found " + e.getMessage());
    }
  }

  private void access() {
    Manifest.Access access = manifest.access();
    if (access.tokenTtl().compareTo(access.validity()) > 0) {
      problems.add(
          List.of("access", "tokenTtl"),
          access.tokenTtl().toString(),
          "at most the validity, " + access.validity());
    }
    Set<String> tools = new HashSet<>();
    List<Manifest.Tool> listed = access.tools() == null ? List.of() : access.tools();
    for (int i = 0; i < listed.size(); i++) {
      if (!tools.add(listed.get(i).name())) {
        problems.add(
            List.of("access", "tools", i, "name"), "a tool a second time", "each tool once");
      }
    }
  }

  private void dependencies() {
    Set<String> names = new HashSet<>();
    List<Manifest.Dependency> listed =
        manifest.dependencies() == null ? List.of() : manifest.dependencies();
    for (int i = 0; i < listed.size(); i++) {
      Manifest.Dependency dependency = listed.get(i);
      if (!names.add(dependency.name())) {
        problems.add(
            List.of("dependencies", i, "name"),
            "a dependency a second time",
            "each dependency once");
      }
      publisher(i, dependency);
      String until = dependency.reviewedUntil();
      if (until != null && !isDate(until)) {
        problems.add(
            List.of("dependencies", i, "reviewedUntil"),
            Problems.quoted(until),
            "a date of the calendar such as 2027-03-31");
      }
    }
  }

  private void publisher(int dependency, Manifest.Dependency of) {
    Manifest.Publisher publisher = of.publisher();
    if (publisher == null) {
      return;
    }
    List<Object> field = List.of("dependencies", dependency, "publisher");
    boolean both = publisher.statement() != null && publisher.signature() != null;
    if (both || (publisher.statement() == null && publisher.signature() == null)) {
      problems.add(field, both ? "both" : "neither", "exactly one of statement and signature");
      return;
    }
    path(field, publisher.uri());
    if (of.digest() == null) {
      problems.add(field, "a signature without a digest", "the digest that was signed beside it");
    }
  }

  private static boolean isDate(String text) {
    try {
      LocalDate.parse(text);
      return true;
    } catch (DateTimeParseException e) {
      return false;
    }
  }
}
