package io.countersign.worker.cli;

import io.countersign.activities.adapter.files.ReleaseDocument;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import java.nio.file.Path;

/** Manifests that are ready to be submitted. */
final class LockedRelease {
  private LockedRelease() {}

  static ReleaseDocument read(Path file) {
    ReleaseDocument document = Surroundings.reader().release(file);
    if (!document.locked()) {
      throw new GateException(
          FailureType.INVALID_MANIFEST,
          file + ": a subject has no digest; 'countersign lock " + file + "' fills them in");
    }
    return document;
  }

  static Digest digest(ReleaseDocument document) {
    Digest digest = document.releaseDigest();
    if (digest == null) {
      throw new IllegalStateException("a locked manifest has a digest");
    }
    return digest;
  }
}
