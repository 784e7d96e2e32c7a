package io.countersign.activities.check.lineage;

import io.countersign.activities.check.CheckContext;
import io.countersign.activities.port.SubjectListing;
import io.countersign.activities.port.SubjectReader;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import io.countersign.release.Manifest.Subject;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether digests that a document names are those of a subject: the subject's own digest, or that
 * of every one of its files, as tools name them that do not know ours. The files are read only when
 * the first does not hold.
 */
record Coverage(CheckContext context) {
  /** Whether the digests hold the subject, beside others. */
  boolean covers(Set<String> digests, Subject subject) {
    Digest declared = subject.digest();
    return declared != null
        && !digests.isEmpty()
        && (digests.contains(declared.hex()) || digests.containsAll(files(subject, declared)));
  }

  /** Whether the digests are those of the subject, and of nothing else. */
  boolean matches(Set<String> digests, Subject subject) {
    Digest declared = subject.digest();
    return declared != null
        && !digests.isEmpty()
        && (digests.equals(Set.of(declared.hex())) || digests.equals(files(subject, declared)));
  }

  /** The digests of its files; where they cannot be known, one that no document has. */
  private Set<String> files(Subject subject, Digest declared) {
    try {
      SubjectListing listing =
          context.subjects().read(subject.uri(), SubjectReader::none, context.progress());
      if (listing.subject().digest().equals(declared) && !listing.files().isEmpty()) {
        return listing.files().stream()
            .map(file -> file.digest().hex())
            .collect(Collectors.toUnmodifiableSet());
      }
    } catch (GateException e) {
      if (e.type() != FailureType.SOURCE_REFUSED) {
        throw e;
      }
    }
    return Set.of("");
  }
}
