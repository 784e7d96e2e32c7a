package io.countersign.activities.reach;

import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectListing;
import io.countersign.activities.port.SubjectReader;
import io.countersign.activities.port.SubjectSource;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;

/** Reads a policy's files, and only those of the approved bytes. */
public final class PolicyFiles {
  /** Beyond what an engine takes, which says itself what it does not. */
  public static final int MOST_BYTES = 1024 * 1024;

  private static final int MOST_FILES = 1_000;

  private PolicyFiles() {}

  /**
   * Bytes by path below the subject.
   *
   * @throws GateException DIGEST_MISMATCH where the bytes are others, OVERSIZED where there are
   *     more than {@link #MOST_BYTES} or 1,000 files, SOURCE_REFUSED, SOURCE_UNAVAILABLE
   */
  public static Map<String, byte[]> read(
      SubjectSource source, String uri, Digest approved, Progress progress) {
    Taken[] last = new Taken[1];
    SubjectListing listing =
        source.read(
            uri,
            () -> {
              last[0] = new Taken(uri);
              return last[0];
            },
            progress);
    if (!listing.subject().digest().equals(approved)) {
      throw new GateException(
          FailureType.DIGEST_MISMATCH,
          uri + " has " + listing.subject().digest() + ", approved is " + approved);
    }
    Taken taken = last[0];
    return taken == null ? Map.of() : Map.copyOf(taken.files);
  }

  /** Bytes as they go by under the digest. */
  private static final class Taken implements SubjectReader {
    private final String uri;
    private final Map<String, byte[]> files = new HashMap<>();
    private long bytes;

    Taken(String uri) {
      this.uri = uri;
    }

    @Override
    public void file(String path, long size, InputStream stream) throws IOException {
      bytes += size;
      if (bytes > MOST_BYTES || files.size() >= MOST_FILES) {
        throw new GateException(
            FailureType.OVERSIZED,
            "%s: allowed are %d bytes and %d files of a policy"
                .formatted(uri, MOST_BYTES, MOST_FILES));
      }
      files.put(path, stream.readNBytes(MOST_BYTES));
    }
  }
}
