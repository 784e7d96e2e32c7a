package io.countersign.activities.check.lineage;

import io.countersign.activities.check.CheckFindings;
import io.countersign.check.Severity;
import io.countersign.release.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Names the code that made a model: a git commit, or a digest over the files that are the code. */
record CodeRevision(LineageRules rules, CheckFindings found) {
  /** Null when the document does not say it; the findings say so. */
  @Nullable String of(Origin origin) {
    return rules.code().isEmpty() || origin.form() == Form.MLFLOW_RUN
        ? commit(origin)
        : files(origin);
  }

  private @Nullable String commit(Origin origin) {
    TreeSet<String> commits = new TreeSet<>();
    for (Material material : origin.materials()) {
      String commit = material.commit();
      if (commit == null) {
        continue;
      }
      commits.add(commit);
      String repository = repository(material.uri());
      if (!rules.repositories().isEmpty() && !rules.repositories().contains(repository)) {
        found.fail(
            "other-repository",
            Severity.HIGH,
            "the code is from "
                + (repository.isEmpty() ? "(nowhere)" : repository)
                + ", allowed are "
                + rules.repositories(),
            origin.uri());
      }
    }
    if (commits.isEmpty()) {
      found.fail(
          "no-code", Severity.HIGH, "no git commit says what code made the model", origin.uri());
      return null;
    }
    return "git:" + String.join("+", commits);
  }

  /** Without the revision that may follow: the digest says it better. */
  private static String repository(String uri) {
    int path = uri.indexOf("://") < 0 ? 0 : uri.indexOf('/', uri.indexOf("://") + 3);
    int revision = path < 0 ? -1 : uri.indexOf('@', path);
    return revision < 0 ? uri : uri.substring(0, revision);
  }

  private @Nullable String files(Origin origin) {
    TreeMap<String, String> digests = new TreeMap<>();
    for (String name : rules.code()) {
      List<Material> files =
          origin.materials().stream().filter(m -> m.isNamed(List.of(name))).toList();
      String sha256 = files.size() == 1 ? files.get(0).sha256() : null;
      if (sha256 == null) {
        found.fail(
            "no-code",
            Severity.HIGH,
            "the code "
                + name
                + " must be named once with its SHA-256, found "
                + files.size()
                + " times",
            origin.uri());
        return null;
      }
      digests.put(name, sha256);
    }
    StringBuilder listing = new StringBuilder();
    digests.forEach((name, sha256) -> listing.append(sha256).append(' ').append(name).append('\n'));
    return "files:" + Digest.of(listing.toString().getBytes(StandardCharsets.UTF_8)).hex();
  }
}
