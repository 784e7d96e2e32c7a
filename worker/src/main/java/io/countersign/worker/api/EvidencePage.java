package io.countersign.worker.api;

import io.countersign.release.ReleaseId;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.Set;

/**
 * {@code GET /v1/releases/<environment>/<system>/<version>/evidence}: the bundle, of any size, as
 * it is written.
 */
public final class EvidencePage implements Page {
  private static final String LAST = "evidence";
  private static final int SEGMENTS = 6;

  private final Source source;

  /** Writes bundles. */
  @FunctionalInterface
  public interface Source {
    /** Writes the evidence of a release; UNKNOWN_RELEASE before the first byte. */
    void write(ReleaseId release, OutputStream out) throws IOException;
  }

  public EvidencePage(Source source) {
    this.source = source;
  }

  @Override
  public Optional<Answer> answer(Target target) {
    if (!target.segments().get(target.segments().size() - 1).equals(LAST)) {
      return Optional.empty();
    }
    return ReleasesPage.release(target, SEGMENTS)
        .map(
            id -> {
              target.allowOnly(Set.of());
              return new Answer(Answer.JSON_LINES, out -> source.write(id, out));
            });
  }
}
