package io.countersign.activities.check.format;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.check.Check;
import io.countersign.activities.check.CheckContext;
import io.countersign.activities.check.CheckFindings;
import io.countersign.activities.check.Settings;
import io.countersign.activities.port.SubjectFile;
import io.countersign.activities.port.SubjectListing;
import io.countersign.activities.port.SubjectPath;
import io.countersign.check.Severity;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code mlops.model-format}: every file of the model is data by its form, and sound. A file whose
 * loading may run code, or of which nothing proves the contrary, is refused; or, where the tier
 * says so, it needs a report of a scanner about exactly its bytes.
 *
 * <p>The bytes that are judged are those that are digested in the same reading; when the digest is
 * not that of the manifest, the check fails.
 *
 * <pre>
 * with:
 *   mayRunCode: scanned          # optional: refused (default) or scanned
 *   scanners: [modelscan]        # with scanned: the tools whose reports in evidence.scans count
 *   operatorDomains: [com.microsoft]   # optional: ONNX operators beyond those of onnx itself
 * </pre>
 */
public final class ModelFormat implements Check {
  @Override
  public String name() {
    return "mlops.model-format";
  }

  @Override
  public CheckFindings run(CheckContext context) {
    Settings settings = Settings.of(this, context, "mayRunCode", "scanners", "operatorDomains");
    boolean scanned = settings.oneOf("mayRunCode", "refused", "scanned").equals("scanned");
    Set<String> scanners =
        scanned || context.with().containsKey("scanners") ? words(settings, "scanners") : Set.of();
    Set<String> domains =
        context.with().containsKey("operatorDomains")
            ? words(settings, "operatorDomains")
            : Set.of();
    CheckFindings found = new CheckFindings();
    Manifest.Subject model = context.manifest().subjects().model();
    List<FormatReading> readings = new ArrayList<>();
    SubjectListing listing =
        context
            .subjects()
            .read(
                model.uri(),
                () -> {
                  readings.add(new FormatReading(domains));
                  return readings.get(readings.size() - 1);
                },
                context.progress());
    if (!listing.subject().digest().equals(model.digest())) {
      found.fail(
          "digest-mismatch",
          Severity.CRITICAL,
          "what was judged is " + listing.subject().digest() + ", not what the manifest names",
          model.uri());
    }
    if (listing.subject().bytes() == 0) {
      found.fail("empty-model", Severity.HIGH, "there are no bytes", model.uri());
    }
    found.evidence(model.uri(), listing.subject().digest());
    SortedMap<String, Verdict> verdicts =
        readings.isEmpty() ? new TreeMap<>() : readings.get(readings.size() - 1).verdicts();
    List<SubjectFile> code = judge(listing, verdicts, found);
    if (scanned && !code.isEmpty()) {
      scans(code, verdicts, scanners, context, found);
    } else {
      for (SubjectFile file : code) {
        found.fail("may-run-code", Severity.HIGH, why(verdicts.get(file.path())), file.path());
      }
    }
    return found;
  }

  private static Set<String> words(Settings settings, String name) {
    JsonNode list = settings.required(name);
    Set<String> words = new TreeSet<>();
    for (JsonNode word : list) {
      if (!word.isTextual() || word.textValue().isBlank() || !words.add(word.textValue())) {
        throw settings.refused(name, "a list of different names");
      }
    }
    if (words.isEmpty()) {
      throw settings.refused(name, "a list of different names");
    }
    return words;
  }

  /** Tells what is broken, and answers what may run code. */
  private static List<SubjectFile> judge(
      SubjectListing listing, SortedMap<String, Verdict> verdicts, CheckFindings found) {
    Map<String, SubjectFile> files =
        listing.files().stream()
            .collect(Collectors.toMap(SubjectFile::path, Function.identity(), (a, b) -> a));
    Set<String> external = new TreeSet<>();
    SortedMap<String, Integer> formats = new TreeMap<>();
    long tensors = 0;
    for (SubjectFile file : listing.files()) {
      Verdict verdict = verdicts.get(file.path());
      if (verdict instanceof Verdict.Sound sound) {
        tensors += sound.tensors();
        for (Verdict.External part : sound.external()) {
          external(file, part, listing.directory() ? files : Map.of(), external, found);
        }
      } else if (verdict instanceof Verdict.Broken broken) {
        found.fail(
            broken.id(), Severity.HIGH, broken.format() + ": " + broken.message(), file.path());
      }
    }
    List<SubjectFile> code = new ArrayList<>();
    for (SubjectFile file : listing.files()) {
      Verdict verdict = verdicts.get(file.path());
      String format = verdict == null ? "unrecognised" : verdict.format();
      boolean raw = format.equals("unrecognised") && external.contains(file.path());
      formats.merge(raw ? "onnx-data" : format, 1, Integer::sum);
      if (!raw && (verdict == null || verdict instanceof Verdict.MayRunCode)) {
        code.add(file);
      }
    }
    formats.forEach((format, count) -> found.measure("files." + format, Integer.toString(count)));
    found.measure("tensors", Long.toString(tensors));
    return code;
  }

  /** Tensors elsewhere must be in another file of the model, within its bytes. */
  private static void external(
      SubjectFile from,
      Verdict.External part,
      Map<String, SubjectFile> files,
      Set<String> external,
      CheckFindings found) {
    String path;
    try {
      String below = from.path().substring(0, from.path().lastIndexOf('/') + 1);
      path = below + SubjectPath.parse(part.location());
    } catch (IllegalArgumentException e) {
      found.fail(
          "external-data-outside",
          Severity.CRITICAL,
          "tensors are expected at a place outside of the model: " + part.location(),
          from.path());
      return;
    }
    SubjectFile file = files.get(path);
    if (file == null || path.equals(from.path())) {
      found.fail(
          "external-data-missing",
          Severity.HIGH,
          "tensors are expected in a file that the model does not have: " + part.location(),
          from.path());
      return;
    }
    if (part.offset() > file.size() - Math.max(part.length(), 0)) {
      found.fail(
          "external-data-short",
          Severity.HIGH,
          "tensors are expected beyond the end of " + part.location(),
          from.path());
    }
    external.add(path);
  }

  private static void scans(
      List<SubjectFile> code,
      SortedMap<String, Verdict> verdicts,
      Set<String> scanners,
      CheckContext context,
      CheckFindings found) {
    Set<Digest> covered = new TreeSet<>(java.util.Comparator.comparing(Digest::hex));
    Manifest.Evidence evidence = context.manifest().evidence();
    for (String uri :
        evidence == null ? List.<String>of() : Objects.requireNonNull(evidence.scans())) {
      byte[] document = context.subjects().document(uri, context.progress());
      ScanReport report = ScanReport.read(document);
      if (report == null || !scanners.contains(report.scanner())) {
        // Other checks have scans of their own in the same list.
        continue;
      }
      found.evidence(uri, Digest.of(document));
      if (report.finds() > 0) {
        found.fail(
            "scan-found",
            Severity.CRITICAL,
            report.scanner() + " found " + report.finds() + " things in the model",
            uri);
      } else if (!report.complete()) {
        found.fail(
            "scan-incomplete",
            Severity.HIGH,
            report.scanner() + " did not end well or left files out",
            uri);
      } else {
        covered.addAll(report.digests());
      }
    }
    int count = 0;
    for (SubjectFile file : code) {
      if (covered.contains(file.digest())) {
        count++;
        found.note("scanned", Severity.LOW, why(verdicts.get(file.path())), file.path());
      } else {
        found.fail(
            "not-scanned",
            Severity.HIGH,
            why(verdicts.get(file.path())) + "; no report of " + scanners + " covers its bytes",
            file.path());
      }
    }
    found.measure("scanned", Integer.toString(count));
  }

  private static String why(@Nullable Verdict verdict) {
    return verdict instanceof Verdict.MayRunCode code
        ? code.format() + ": " + code.why()
        : "it was not judged";
  }
}
