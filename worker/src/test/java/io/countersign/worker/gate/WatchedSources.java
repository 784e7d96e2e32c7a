package io.countersign.worker.gate;

import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectDigest;
import io.countersign.activities.port.SubjectListing;
import io.countersign.activities.port.SubjectReader;
import io.countersign.activities.port.SubjectSource;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A house's sources, which can be away and count how often a subject is read. */
final class WatchedSources {
  volatile boolean away;
  final AtomicInteger readings = new AtomicInteger();

  SubjectSource over(SubjectSource source) {
    return new SubjectSource() {
      @Override
      public SubjectDigest digest(String uri, Progress progress) {
        asked();
        return source.digest(uri, progress);
      }

      @Override
      public SubjectListing read(
          String uri, Supplier<? extends SubjectReader> readers, Progress progress) {
        asked();
        return source.read(uri, readers, progress);
      }

      @Override
      public byte[] document(String uri, Progress progress) {
        return source.document(uri, progress);
      }
    };
  }

  private void asked() {
    readings.incrementAndGet();
    if (away) {
      throw new GateException(FailureType.SOURCE_UNAVAILABLE, "the store is away");
    }
  }
}
