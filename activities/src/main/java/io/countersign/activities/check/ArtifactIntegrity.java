package io.countersign.activities.check;

import io.countersign.activities.port.SubjectDigest;
import io.countersign.check.Severity;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import java.util.List;

/**
 * {@code mlops.artifact-integrity}: every subject is read again from its bytes and must have the
 * digest of the manifest. Evidence documents are read as well, so that their digests are part of
 * the review.
 */
public final class ArtifactIntegrity implements Check {
  @Override
  public String name() {
    return "mlops.artifact-integrity";
  }

  @Override
  public CheckFindings run(CheckContext context) {
    CheckFindings found = new CheckFindings();
    for (Manifest.Named named : context.manifest().subjects().named()) {
      subject(named, context, found);
    }
    Manifest.Evidence evidence = context.manifest().evidence();
    for (String uri : evidence == null ? List.<String>of() : evidence.documents()) {
      byte[] bytes = context.subjects().document(uri, context.progress());
      if (bytes.length == 0) {
        found.fail("empty-evidence", Severity.HIGH, "the evidence document is empty", uri);
      }
      found.evidence(uri, Digest.of(bytes));
    }
    return found;
  }

  private static void subject(Manifest.Named named, CheckContext context, CheckFindings found) {
    String uri = named.subject().uri();
    SubjectDigest read = context.subjects().digest(uri, context.progress());
    Digest declared = named.subject().digest();
    if (declared == null) {
      found.fail(
          "not-locked", Severity.CRITICAL, named.name() + ": the manifest names no digest", uri);
    } else if (!declared.equals(read.digest())) {
      found.fail(
          "digest-mismatch",
          Severity.CRITICAL,
          named.name() + ": the bytes have " + read.digest() + ", the manifest says " + declared,
          uri);
    }
    if (read.bytes() == 0) {
      found.fail("empty-subject", Severity.HIGH, named.name() + ": there are no bytes", uri);
    }
    found.measure(named.name() + ".bytes", Long.toString(read.bytes()));
    found.measure(named.name() + ".files", Integer.toString(read.files()));
    found.evidence(uri, read.digest());
  }
}
