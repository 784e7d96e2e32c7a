package io.countersign.activities.adapter.remote;

import io.countersign.activities.port.SubjectPath;
import io.countersign.release.Digest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An artifact in a registry, by digest: {@code oci://host[:port]/repository@sha256:…}, with {@code
 * #title} for one of its files. Refused: tags, which mean another artifact tomorrow, other
 * algorithms, and names that the specification does not know. Source: OCI Distribution
 * Specification 1.1, "Pulling manifests".
 *
 * @param registry host, and port when it was given
 * @param title as it stands in the manifest; null for the whole artifact
 */
record OciReference(String registry, String repository, Digest digest, @Nullable String title) {
  private static final int NAME_LIMIT = 255;
  private static final String PART = "[a-z0-9]++(?:(?:\\.|__?|-++)[a-z0-9]++)*+";
  private static final Pattern FORM =
      Pattern.compile(
          "oci://([a-z0-9][a-z0-9.-]{0,252}(?::[0-9]{1,5})?)/"
              + "("
              + PART
              + "(?:/"
              + PART
              + ")*+)@(sha256:[0-9a-f]{64})(?:#(.+))?");

  OciReference {
    if (repository.length() > NAME_LIMIT) {
      throw refused("a repository's name of more than " + NAME_LIMIT + " characters");
    }
    if (title != null) {
      requireTitle(title);
    }
  }

  /** Reads a reference; an {@link IllegalArgumentException} says what was found. */
  static OciReference parse(String uri) {
    Matcher form = FORM.matcher(uri);
    if (!form.matches()) {
      throw refused(uri.contains("@sha256:") ? "another form" : "no digest");
    }
    return new OciReference(
        form.group(1), form.group(2), Digest.parse(form.group(3)), form.group(4));
  }

  /** A title that names one file below the artifact, and means the same everywhere. */
  static void requireTitle(String title) {
    if (title.endsWith("/")) {
      throw new IllegalArgumentException("a title that names a directory");
    }
    SubjectPath.parse(title);
  }

  /** Whether this entry of a gate policy stands for the repository. */
  boolean in(String allowed) {
    return allowed.endsWith("/*")
        ? repository.startsWith(allowed.substring(0, allowed.length() - 1))
        : repository.equals(allowed);
  }

  private static IllegalArgumentException refused(String found) {
    return new IllegalArgumentException(
        found
            + "; allowed is oci://host/repository@sha256:<64 hex digits>, with #title for a file");
  }
}
