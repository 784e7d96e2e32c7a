package io.countersign.activities.check.secrets;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.countersign.activities.check.CheckContext;
import io.countersign.activities.check.CheckFindings;
import io.countersign.activities.port.SecretScanner;
import io.countersign.activities.port.SecretScanner.Leak;
import io.countersign.activities.port.SecretScanner.Report;
import io.countersign.activities.port.SecretScanner.Scan;
import io.countersign.activities.port.SubjectFile;
import io.countersign.activities.port.SubjectListing;
import io.countersign.activity.GateJson;
import io.countersign.check.Severity;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;

/** The gate's own look at the texts of subjects, with a scanner that somebody else keeps. */
final class OwnScan {
  /** Most names of files of one kind that a finding lists. */
  private static final int NAMED = 5;

  private final CheckContext context;
  private final SecretsSettings settings;
  private final CheckFindings found;
  private final Map<String, Set<Digest>> digests = new TreeMap<>();

  OwnScan(CheckContext context, SecretsSettings settings, CheckFindings found) {
    this.context = context;
    this.settings = settings;
    this.found = found;
  }

  /** Scans, and answers the digests of the files that were read, by subject. */
  Map<String, Set<Digest>> run() {
    SecretScanner scanner = context.world().lookouts().scanner();
    int texts = 0;
    Report report;
    try (Scan scan = scanner.begin()) {
      for (Manifest.Named subject : context.manifest().subjects().named()) {
        if (settings.subjects().contains(subject.name())) {
          texts += read(subject, scan);
        }
      }
      texts += configuration(scan);
      report = scan.run(context.progress());
    }
    for (Leak leak : report.leaks()) {
      found.fail(
          "secret-found",
          Severity.CRITICAL,
          "rule " + leak.rule() + " finds a secret in line " + leak.line(),
          leak.name());
    }
    found.measure("scanner", report.scanner());
    found.measure("texts", Integer.toString(texts));
    found.measure("secrets", Integer.toString(report.leaks().size()));
    return digests;
  }

  /** What the release is configured by: its manifest, and the Vault policies in scope. */
  private int configuration(Scan scan) {
    try {
      scan.add(
          "release.yaml, as JSON",
          GateJson.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(context.manifest()));
    } catch (JsonProcessingException e) {
      throw new GateException(FailureType.CHECK_BROKEN, "the manifest cannot be written", e);
    }
    context
        .policyBodies()
        .forEach(
            (name, body) ->
                scan.add("Vault policy " + name, body.getBytes(StandardCharsets.UTF_8)));
    return 1 + context.policyBodies().size();
  }

  private int read(Manifest.Named named, Scan scan) {
    TextFiles[] last = {null};
    SubjectListing listing =
        context
            .subjects()
            .read(
                named.subject().uri(),
                () -> last[0] = new TextFiles(named.name() + "/", settings.maxFileBytes(), scan),
                context.progress());
    Digest declared = named.subject().digest();
    Set<Digest> files = new LinkedHashSet<>();
    listing.files().stream().map(SubjectFile::digest).forEach(files::add);
    digests.put(named.name(), files);
    if (!listing.subject().digest().equals(declared)) {
      found.fail(
          "other-bytes",
          Severity.CRITICAL,
          "the bytes that were scanned are not those of the manifest",
          named.name());
    }
    TextFiles texts = last[0];
    notScanned("not-text", "not text", texts.notText(), named);
    notScanned(
        "oversized", "larger than " + settings.maxFileBytes() + " bytes", texts.oversized(), named);
    return texts.texts();
  }

  private void notScanned(String id, String what, SortedSet<String> names, Manifest.Named named) {
    if (names.isEmpty()) {
      return;
    }
    String message =
        "not scanned, "
            + what
            + ": "
            + names.size()
            + (names.size() == 1 ? " file, " : " files, ")
            + names.stream().limit(NAMED).toList();
    if (settings.notTextRefused()) {
      found.fail(id, Severity.HIGH, message, named.name());
    } else {
      found.note(id, Severity.LOW, message, named.name());
    }
  }
}
