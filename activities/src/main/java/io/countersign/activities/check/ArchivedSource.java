package io.countersign.activities.check;

import io.countersign.activities.port.Documents;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectDigest;
import io.countersign.activities.port.SubjectListing;
import io.countersign.activities.port.SubjectReader;
import io.countersign.activities.port.SubjectSource;
import io.countersign.release.Digest;
import java.util.function.Supplier;

/**
 * Archives every evidence document that a check reads, so that the record can show what a result
 * rests on. Subjects stay where they are.
 */
record ArchivedSource(SubjectSource source, Documents archive) implements SubjectSource {
  @Override
  public SubjectDigest digest(String uri, Progress progress) {
    return source.digest(uri, progress);
  }

  @Override
  public SubjectListing read(
      String uri, Supplier<? extends SubjectReader> readers, Progress progress) {
    return source.read(uri, readers, progress);
  }

  @Override
  public byte[] document(String uri, Progress progress) {
    byte[] bytes = source.document(uri, progress);
    archive.putDocument(Digest.of(bytes), bytes);
    return bytes;
  }
}
