package io.countersign.activities.adapter.remote;

import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectDigest;
import io.countersign.activities.port.SubjectListing;
import io.countersign.activities.port.SubjectReader;
import io.countersign.activities.port.SubjectSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Chooses the source by the scheme of the URI. What has no scheme is a path below a file root; a
 * scheme for which the gate policy names no place is refused.
 */
public final class SchemeSource implements SubjectSource {
  private final SubjectSource files;
  private final Map<String, SubjectSource> schemes;

  /**
   * @param schemes by scheme, without colon
   */
  public SchemeSource(SubjectSource files, Map<String, SubjectSource> schemes) {
    this.files = files;
    this.schemes = new TreeMap<>(schemes);
  }

  @Override
  public SubjectDigest digest(String uri, Progress progress) {
    return source(uri).digest(uri, progress);
  }

  @Override
  public SubjectListing read(
      String uri, Supplier<? extends SubjectReader> readers, Progress progress) {
    return source(uri).read(uri, readers, progress);
  }

  @Override
  public byte[] document(String uri, Progress progress) {
    return source(uri).document(uri, progress);
  }

  private SubjectSource source(String uri) {
    int colon = uri.indexOf("://");
    String scheme = colon < 0 ? "" : uri.substring(0, colon);
    return schemes.getOrDefault(scheme, files);
  }
}
