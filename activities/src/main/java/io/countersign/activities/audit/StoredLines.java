package io.countersign.activities.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.port.EvidenceStore;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.EvidenceLine.Listed;
import io.countersign.record.EvidenceLine.Stage;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The stored lines of a release as its bundle, one in memory at a time. On the way the archive is
 * asked for every document that a line holds.
 */
final class StoredLines extends InputStream {
  private static final int PAGE = 500;

  private final ReleaseRecord record;
  private final ReleaseId release;
  private final AuditTools tools;
  private final Deque<Listed> listed = new ArrayDeque<>();
  private final List<String> lost = new ArrayList<>();
  private @Nullable Listed last;
  private byte[] line = new byte[0];
  private int at;

  StoredLines(ReleaseRecord record, ReleaseId release, AuditTools tools) {
    this.record = record;
    this.release = release;
    this.tools = tools;
  }

  /** Whether there is not one. */
  boolean none() {
    return !fill();
  }

  /** What the archive lost or holds otherwise, of the lines that were read. */
  List<String> lost() {
    return List.copyOf(lost);
  }

  @Override
  public int read() {
    return fill() ? line[at++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] into, int from, int length) {
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, line.length - at);
    System.arraycopy(line, at, into, from, count);
    at += count;
    return count;
  }

  private boolean fill() {
    if (at < line.length) {
      return true;
    }
    EvidenceStore store = record.evidence();
    if (listed.isEmpty()) {
      listed.addAll(store.list(release, last == null ? null : last.place(), PAGE));
    }
    Listed next = listed.poll();
    if (next == null) {
      return false;
    }
    last = next;
    String envelope =
        store
            .envelope(release, next.key())
            .orElseThrow(
                () ->
                    new GateException(
                        FailureType.RECORD_CONFLICT, "a line of the evidence is gone"));
    line = (envelope + "\n").getBytes(StandardCharsets.UTF_8);
    at = 0;
    if (next.place().stage() == Stage.DOCUMENT) {
      requireArchived(envelope);
    }
    return true;
  }

  private void requireArchived(String envelope) {
    try {
      JsonNode statement =
          tools.lines().open(envelope.getBytes(StandardCharsets.UTF_8)).statement();
      Digest digest = new Digest(statement.at("/subject/0/digest/sha256").asText());
      if (record.documents().document(digest).isEmpty()) {
        lost.add("the archive does not hold " + digest);
      }
    } catch (GateException refused) {
      if (refused.type().retryable()) {
        throw refused;
      }
      lost.add("the archive: " + Unfit.detail(refused));
    } catch (IllegalArgumentException noDigest) {
      lost.add("a document's line has no digest");
    }
  }
}
