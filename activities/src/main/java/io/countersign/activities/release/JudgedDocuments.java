package io.countersign.activities.release;

import io.countersign.activities.port.Documents;
import io.countersign.check.CheckResult;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The evidence documents of a release as its checks judged them (I2). What was judged is what the
 * archive holds under the digest that signed results name; the file that it was read from may
 * change or go. See ADR 0008.
 */
public final class JudgedDocuments {
  private JudgedDocuments() {}

  /**
   * The digest under which every document of the manifest was judged, by URI: all evidence, and
   * what suppliers signed where a check looks at it.
   *
   * @throws GateException OUTSIDE_POLICY for a document that no check read: nobody would sign its
   *     bytes; SUBJECT_CHANGED for one that two checks read differently
   */
  public static SortedMap<String, Digest> named(Dossier dossier, List<CheckResult> checks) {
    SortedMap<String, Digest> named = new TreeMap<>();
    Manifest.Evidence evidence = dossier.manifest().evidence();
    for (String uri : evidence == null ? List.<String>of() : evidence.documents()) {
      named.put(uri, named(dossier, checks, uri));
    }
    for (String uri : publishers(dossier.manifest())) {
      if (checks.stream().anyMatch(check -> reads(check, uri))) {
        named.put(uri, named(dossier, checks, uri));
      }
    }
    return named;
  }

  private static List<String> publishers(Manifest manifest) {
    List<Manifest.Dependency> dependencies = manifest.dependencies();
    return dependencies == null
        ? List.of()
        : dependencies.stream()
            .map(Manifest.Dependency::publisher)
            .filter(Objects::nonNull)
            .map(Manifest.Publisher::uri)
            .toList();
  }

  private static boolean reads(CheckResult check, String uri) {
    return check.evidence().stream().anyMatch(document -> document.name().equals(uri));
  }

  private static Digest named(Dossier dossier, List<CheckResult> checks, String uri) {
    SortedSet<String> digests = new TreeSet<>();
    for (CheckResult check : checks) {
      check.evidence().stream()
          .filter(document -> document.name().equals(uri))
          .forEach(document -> digests.add(document.digest().toString()));
    }
    if (digests.isEmpty()) {
      throw new GateException(
          FailureType.OUTSIDE_POLICY,
          uri + ": no check of tier " + dossier.tier().name() + " reads this evidence document");
    }
    if (digests.size() > 1) {
      throw new GateException(
          FailureType.SUBJECT_CHANGED,
          uri + ": two checks read this evidence document differently");
    }
    return Digest.parse(digests.first());
  }

  /**
   * Whether the archive still holds exactly what was judged.
   *
   * @throws GateException as {@link #named}; RECORD_CONFLICT for a document that the archive lost,
   *     DIGEST_MISMATCH for one that changed in it
   */
  public static void requireArchived(Documents archive, Dossier dossier, List<CheckResult> checks) {
    named(dossier, checks)
        .forEach(
            (uri, digest) -> {
              if (archive.document(digest).isEmpty()) {
                throw new GateException(
                    FailureType.RECORD_CONFLICT, uri + ": the archive does not hold " + digest);
              }
            });
  }
}
