package io.countersign.release;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * Names one release: {@code <environment>/<system>/<version>}.
 *
 * <p>The alphabet is the intersection of what Vault paths, Temporal workflow ids, visibility
 * queries and URLs take unquoted. Environment and system: 1 to 32 of {@code a-z 0-9 -}, beginning
 * and ending with a letter or digit. Version: 1 to 64 of {@code a-z 0-9 . _ -}, beginning and
 * ending with a letter or digit, without {@code ..}: Vault keeps role names in lower case, so that
 * {@code RC1} and {@code rc1} would be one role. {@code probe} is refused because a role of that
 * name proves identities.
 */
public record ReleaseId(String environment, String system, String version) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?");
  private static final Pattern VERSION = Pattern.compile("[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?");
  private static final String WORKFLOW_PREFIX = "release/";

  public ReleaseId {
    requireName("environment", environment);
    requireName("system", system);
    if (!VERSION.matcher(version).matches() || version.contains("..") || version.equals("probe")) {
      throw new IllegalArgumentException(
          "version: found "
              + quoted(version)
              + ", allowed is 1 to 64 of a-z 0-9 . _ - beginning and ending with a letter or digit, without '..', not 'probe'");
    }
  }

  /** Reads {@code <environment>/<system>/<version>}. */
  @JsonCreator
  public static ReleaseId parse(String text) {
    String[] parts = text.split("/", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException(
          "release id: found " + quoted(text) + ", allowed is <environment>/<system>/<version>");
    }
    return new ReleaseId(parts[0], parts[1], parts[2]);
  }

  /** Reads the Temporal workflow id that {@link #workflowId()} writes. */
  public static ReleaseId ofWorkflowId(String workflowId) {
    if (!workflowId.startsWith(WORKFLOW_PREFIX)) {
      throw new IllegalArgumentException(
          "workflow id: found " + quoted(workflowId) + ", allowed is release/<id>");
    }
    return parse(workflowId.substring(WORKFLOW_PREFIX.length()));
  }

  /** The Temporal workflow id of this release's gate. */
  public String workflowId() {
    return WORKFLOW_PREFIX + this;
  }

  /** The same system and environment in another version. */
  public ReleaseId withVersion(String other) {
    return new ReleaseId(environment, system, other);
  }

  @JsonValue
  @Override
  public String toString() {
    return environment + "/" + system + "/" + version;
  }

  private static void requireName(String field, String value) {
    if (!NAME.matcher(value).matches()) {
      throw new IllegalArgumentException(
          field
              + ": found "
              + quoted(value)
              + ", allowed is 1 to 32 of a-z 0-9 - beginning and ending with a letter or digit");
    }
  }

  /**
   * Shows foreign text on one short line: control characters must not reach a terminal or a log.
   */
  private static String quoted(String text) {
    String shown = text.length() > 80 ? text.substring(0, 80) + "…" : text;
    return "'" + shown.replaceAll("\\p{Cntrl}", "?") + "'";
  }
}
