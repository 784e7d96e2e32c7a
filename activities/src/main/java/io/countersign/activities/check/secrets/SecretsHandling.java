package io.countersign.activities.check.secrets;

import io.countersign.activities.check.Check;
import io.countersign.activities.check.CheckContext;
import io.countersign.activities.check.CheckFindings;
import io.countersign.activities.check.Settings;
import io.countersign.activities.check.secrets.Tokens.Malformed;
import io.countersign.activities.port.SubjectFile;
import io.countersign.activities.port.SubjectReader;
import io.countersign.check.Severity;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * {@code security.secrets-handling}: reports of scanners in SARIF are there, are of tools that
 * count, cover the subjects and say nothing grave; and the gate's own scan finds no secret in the
 * texts of the subjects. A finding names rule, file and line, never what was found.
 *
 * <pre>
 * with:
 *   tools: [Semgrep OSS]        # names of the scanners whose reports count
 *   scans: required             # all else optional: or optional
 *   failAt: note                # lowest level that fails: note, warning or error
 *   securitySeverity: 7.0       # a result at or above fails whatever its level
 *   suppressed: noted           # or refused
 *   covers: [prompts, policy]   # whose files a report must name by SHA-256
 *   notCovered: refused         # or noted
 *   subjects: [prompts, policy] # whose texts the gate scans itself
 *   notText: refused            # or noted: files that are not text or too large
 *   maxFileBytes: 1048576
 * </pre>
 */
public final class SecretsHandling implements Check {
  @Override
  public String name() {
    return "security.secrets-handling";
  }

  @Override
  public CheckFindings run(CheckContext context) {
    SecretsSettings settings =
        SecretsSettings.of(Settings.of(this, context, SecretsSettings.NAMES));
    CheckFindings found = new CheckFindings();
    Map<String, Set<Digest>> files = new OwnScan(context, settings, found).run();
    Manifest.Evidence evidence = context.manifest().evidence();
    List<String> named = evidence == null ? null : evidence.scans();
    List<String> scans = named == null ? List.of() : named;
    if (scans.isEmpty()) {
      if (settings.scansRequired()) {
        found.fail("no-scan", Severity.HIGH, "the manifest names no report", "evidence.scans");
      }
      return found;
    }
    Map<String, Set<Digest>> wanted = wanted(context, settings, files);
    Set<Digest> all = new HashSet<>();
    wanted.values().forEach(all::addAll);
    Set<Digest> covered = new HashSet<>();
    Map<String, Long> totals = new TreeMap<>();
    Set<String> tools = new TreeSet<>();
    for (String uri : scans) {
      byte[] document = context.subjects().document(uri, context.progress());
      found.evidence(uri, Digest.of(document));
      try {
        SarifReport report = SarifReport.read(document, all);
        Tally tally = new Tally();
        report.results(tally::add);
        runs(uri, report, settings, found, covered, tools);
        tally.tell(uri, settings, found);
        tally.addTo(totals);
      } catch (Malformed e) {
        found.fail(
            "not-sarif", Severity.HIGH, "not a report in SARIF 2.1.0: " + e.getMessage(), uri);
      } catch (IOException e) {
        // A parser's message may quote the document.
        found.fail("not-sarif", Severity.HIGH, "not a report in SARIF 2.1.0: not sound JSON", uri);
      }
    }
    coverage(wanted, covered, settings, found);
    totals.forEach((name, count) -> found.measure(name, Long.toString(count)));
    found.measure("tools", String.join(", ", tools));
    return found;
  }

  private static void runs(
      String uri,
      SarifReport report,
      SecretsSettings settings,
      CheckFindings found,
      Set<Digest> covered,
      Set<String> tools) {
    if (report.runs().isEmpty()) {
      found.fail("no-run", Severity.HIGH, "the report has no run", uri);
    }
    for (SarifRun run : report.runs()) {
      tools.add((run.tool + " " + run.version).strip());
      if (!settings.tools().contains(run.tool)) {
        found.fail(
            "other-tool",
            Severity.HIGH,
            "found a report of '" + run.tool + "', allowed are " + settings.tools(),
            uri);
        continue;
      }
      if (!run.scanned || run.failed) {
        found.fail(
            "not-scanned", Severity.HIGH, run.tool + " says that its scan did not succeed", uri);
        continue;
      }
      if (run.elsewhere) {
        found.fail(
            "results-elsewhere", Severity.HIGH, "parts of the report are in other files", uri);
        continue;
      }
      if (run.errors > 0) {
        found.note(
            "scan-errors", Severity.MEDIUM, run.tool + " met " + run.errors + " errors", uri);
      }
      covered.addAll(run.covered);
    }
  }

  /** Digests of the files of every subject that must be covered. */
  private static Map<String, Set<Digest>> wanted(
      CheckContext context, SecretsSettings settings, Map<String, Set<Digest>> read) {
    Map<String, Set<Digest>> wanted = new TreeMap<>();
    for (Manifest.Named named : context.manifest().subjects().named()) {
      if (!settings.covers().contains(named.name())) {
        continue;
      }
      Set<Digest> files = read.get(named.name());
      if (files == null) {
        files = new HashSet<>();
        context
            .subjects()
            .read(named.subject().uri(), SubjectReader::none, context.progress())
            .files()
            .stream()
            .map(SubjectFile::digest)
            .forEach(files::add);
      }
      wanted.put(named.name(), files);
    }
    return wanted;
  }

  private static void coverage(
      Map<String, Set<Digest>> wanted,
      Set<Digest> covered,
      SecretsSettings settings,
      CheckFindings found) {
    wanted.forEach(
        (subject, files) -> {
          long missing = files.stream().filter(digest -> !covered.contains(digest)).count();
          if (missing == 0) {
            return;
          }
          String what = "no report names " + missing + " of " + files.size() + " files by SHA-256";
          if (settings.notCoveredRefused()) {
            found.fail("not-covered", Severity.HIGH, what, subject);
          } else {
            found.note("not-covered", Severity.MEDIUM, what, subject);
          }
        });
  }
}
