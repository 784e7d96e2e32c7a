package io.countersign.activities.check.modelsigning;

import io.countersign.activities.port.SubjectFile;
import io.countersign.activities.port.SubjectListing;
import io.countersign.release.Digest;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What a verified signature says of a model.
 *
 * @param signer who says it
 * @param root its digest over the digests of the signed files in their order; names and ignored
 *     files are not part of it
 * @param files digests by path, in the order of the statement; of a model that is one file, the one
 *     path is {@code .}
 * @param ignored paths that the signer left out
 */
public record SignedModel(
    Signer signer, Digest root, Map<String, Digest> files, List<String> ignored) {
  public static final String ONE_FILE = ".";

  public SignedModel {
    files = Collections.unmodifiableMap(new java.util.LinkedHashMap<>(files));
    ignored = List.copyOf(ignored);
  }

  /**
   * The model's files held against the signed ones.
   *
   * @param changed paths whose bytes are others
   * @param missing signed, and not in the model
   * @param unsigned in the model, and not signed
   * @param left unsigned, and allowed to be
   */
  public record Comparison(
      SortedSet<String> changed,
      SortedSet<String> missing,
      SortedSet<String> unsigned,
      SortedSet<String> left) {}

  /**
   * @param mayBeUnsigned whether a path may be in the model without a signature
   */
  public Comparison against(SubjectListing model, Predicate<SubjectFile> mayBeUnsigned) {
    SortedMap<String, SubjectFile> here = new TreeMap<>();
    for (SubjectFile file : model.files()) {
      here.put(model.directory() ? file.path() : ONE_FILE, file);
    }
    Comparison found =
        new Comparison(new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
    files.forEach(
        (path, digest) -> {
          SubjectFile file = here.remove(path);
          if (file == null) {
            found.missing().add(path);
          } else if (!file.digest().equals(digest)) {
            found.changed().add(path);
          }
        });
    here.forEach(
        (path, file) -> (mayBeUnsigned.test(file) ? found.left() : found.unsigned()).add(path));
    return found;
  }

  /** The root over the bytes that are there, in the order of the statement. */
  public Digest rootOf(SubjectListing model) {
    Map<String, Digest> here = new TreeMap<>();
    for (SubjectFile file : model.files()) {
      here.put(model.directory() ? file.path() : ONE_FILE, file.digest());
    }
    List<Digest> digests = new ArrayList<>();
    for (String path : files.keySet()) {
      Digest digest = here.get(path);
      if (digest != null) {
        digests.add(digest);
      }
    }
    return root(digests);
  }

  static Digest root(Iterable<Digest> digests) {
    MessageDigest sha256 = Digest.sha256();
    digests.forEach(digest -> sha256.update(HexFormat.of().parseHex(digest.hex())));
    return Digest.of(sha256);
  }
}
