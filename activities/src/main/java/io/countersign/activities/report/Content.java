package io.countersign.activities.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was released, as its signed manifest says. */
public record Content(
    List<Subject> subjects,
    String identity,
    String image,
    String issuer,
    List<String> policies,
    List<Tool> tools,
    String tokenTtl,
    String validity,
    List<Dependency> dependencies,
    String exposure,
    String autonomy,
    List<String> dataClasses,
    String intendedUse,
    String impact,
    @Nullable String rollbackTo) {
  public Content {
    subjects = List.copyOf(subjects);
    policies = List.copyOf(policies);
    tools = List.copyOf(tools);
    dependencies = List.copyOf(dependencies);
    dataClasses = List.copyOf(dataClasses);
  }

  /**
   * @param changed whether it differs from the predecessor's
   */
  public record Subject(
      String name, String uri, String digest, List<String> makers, boolean changed) {
    public Subject {
      makers = List.copyOf(makers);
    }
  }

  public record Tool(String name, List<String> permissions) {
    public Tool {
      permissions = List.copyOf(permissions);
    }
  }

  /**
   * @param supplier who answers for it: the name that the manifest gives, else its own
   * @param digest the artefact that it is pinned to
   * @param signature where the supplier's signature is; whether it holds, the check says
   */
  public record Dependency(
      String name,
      String kind,
      String supplier,
      String owner,
      @Nullable String endpoint,
      List<String> dataClasses,
      @Nullable String reviewedUntil,
      @Nullable String digest,
      @Nullable String signature) {
    public Dependency {
      dataClasses = List.copyOf(dataClasses);
    }
  }
}
