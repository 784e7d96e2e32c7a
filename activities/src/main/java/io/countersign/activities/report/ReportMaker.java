package io.countersign.activities.report;

import io.countersign.activities.port.DocumentParser;
import io.countersign.activities.port.KeyReader;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.port.SignedStatements;
import io.countersign.activities.report.Content.Dependency;
import io.countersign.activities.report.Content.Subject;
import io.countersign.activities.report.Content.Tool;
import io.countersign.activities.report.ReleaseReport.Heading;
import io.countersign.activities.report.ReleaseReport.Verdict;
import io.countersign.record.Entry;
import io.countersign.record.EntryKind;
import io.countersign.release.Change;
import io.countersign.release.Manifest;
import io.countersign.release.ReleaseId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes the report of one release from its record: the archive's, or one that was read from a
 * bundle. Asks the frozen release, the entries and the documents, and nothing else.
 */
public final class ReportMaker {
  private final DocumentParser parser;
  private final SignedStatements statements;
  private final KeyReader keys;

  public ReportMaker(DocumentParser parser, SignedStatements statements, KeyReader keys) {
    this.parser = parser;
    this.statements = statements;
    this.keys = keys;
  }

  /**
   * The report of this release.
   *
   * @throws io.countersign.failure.GateException {@code UNKNOWN_RELEASE} if the record does not
   *     hold it, {@code INVALID_MANIFEST} if its manifest cannot be read
   */
  public ReleaseReport report(ReleaseRecord record, ReleaseId release, Verification verification) {
    return report(Material.of(record, release), verification);
  }

  /** The report of what a bundle says, under the verdict of whoever verified it. */
  public ReleaseReport report(Material material, Verification verification) {
    Sources sources = Sources.read(material, parser);
    List<Change> changes = changes(sources);
    List<Voice> voices =
        new VoiceReading(sources, new Signers(sources, parser, statements, keys)).voices();
    CheckReading checks = new CheckReading(sources);
    List<CheckRun> runs = checks.runs();
    List<GrantLife> grants = GrantReading.lives(sources);
    Timeline timeline = TimelineReading.of(sources, voices, grants);
    return new ReleaseReport(
        verification,
        heading(sources, grants, timeline),
        new RiskReading(sources, changes).picture(runs, checks.newestRound(), voices),
        content(sources.manifest(), changes),
        changes.stream().map(ChangeWords::of).toList(),
        runs,
        voices,
        verdicts(sources),
        grants,
        timeline,
        Standards.covered(sources.entries()),
        sources.entries().stream().map(EntryWords::of).toList());
  }

  private static Heading heading(Sources sources, List<GrantLife> grants, Timeline timeline) {
    Told submitted =
        sources.first(EntryKind.SUBMITTED).map(Told::of).orElseGet(() -> Told.parsed("{}"));
    Told ci = submitted.at("ci");
    Manifest.Metadata metadata = sources.manifest().metadata();
    ReleaseId id = sources.frozen().id();
    ReleaseId predecessor = sources.frozen().predecessor();
    Entry end = sources.end();
    boolean closed = end != null;
    String why = end == null ? null : Told.of(end).lineOrNull("detail");
    int phases = timeline.phases().size();
    return new Heading(
        id.toString(),
        id.environment(),
        id.system(),
        id.version(),
        phases == 0 ? "SUBMITTED" : timeline.phases().get(phases - 1).state(),
        closed,
        "null".equals(why) ? null : why,
        access(grants, closed),
        sources.frozen().releaseDigest().toString(),
        Foreign.line(sources.frozen().submitter()),
        submitted.has("ci") ? ci.line("issuer") + " " + ci.line("subject") : null,
        metadata.change() == null ? null : Foreign.line(metadata.change()),
        predecessor == null ? null : predecessor.toString(),
        sources.frozen().gateDigest().toString(),
        sources.frozen().approversDigest().toString(),
        sources.entries().size(),
        timeline.from(),
        timeline.to());
  }

  private static String access(List<GrantLife> grants, boolean closed) {
    if (grants.isEmpty()) {
      return closed ? "Never granted." : "Not granted so far.";
    }
    GrantLife last = grants.get(grants.size() - 1);
    return switch (last.end()) {
      case PROVED -> "None: its end is proved.";
      case NOT_PROVED -> "Revocation begun, not proved: access may still live.";
      case OPEN -> closed ? "No end in this record: access may still live." : "Granted, live.";
    };
  }

  private static List<Change> changes(Sources sources) {
    List<Change> changes = new ArrayList<>();
    sources
        .first(EntryKind.RESOLVED)
        .map(Told::of)
        .ifPresent(
            body ->
                body.texts("changes").stream()
                    .map(ReportMaker::change)
                    .filter(Objects::nonNull)
                    .forEach(changes::add));
    return changes;
  }

  private static @Nullable Change change(String text) {
    try {
      return Change.parse(text);
    } catch (IllegalArgumentException unknown) {
      return null;
    }
  }

  private static List<Verdict> verdicts(Sources sources) {
    return sources
        .of(EntryKind.DECISION)
        .map(
            entry -> {
              Told body = Told.of(entry);
              return new Verdict(
                  entry.seq(),
                  entry.at(),
                  body.line("outcome"),
                  body.number("round"),
                  body.lineOrNull("why"),
                  body.texts("signOffs").size());
            })
        .toList();
  }

  private static Content content(Manifest manifest, List<Change> changes) {
    Manifest.Access access = manifest.access();
    Manifest.Profile profile = manifest.profile();
    List<String> names = changes.stream().map(Change::toString).toList();
    return new Content(
        manifest.subjects().named().stream()
            .map(
                named ->
                    new Subject(
                        named.name(),
                        Foreign.line(named.subject().uri()),
                        Objects.toString(named.subject().digest(), ""),
                        foreign(
                            Objects.requireNonNullElse(
                                named.subject().contributors(), List.<String>of())),
                        names.contains(named.name())))
            .toList(),
        Foreign.line(manifest.workload().identity()),
        Foreign.line(manifest.workload().image()),
        Foreign.line(manifest.workload().issuer()),
        foreign(access.policies()),
        Objects.requireNonNullElse(access.tools(), List.<Manifest.Tool>of()).stream()
            .map(tool -> new Tool(Foreign.line(tool.name()), foreign(tool.permissions())))
            .toList(),
        access.tokenTtl().toString(),
        access.validity().toString(),
        Objects.requireNonNullElse(manifest.dependencies(), List.<Manifest.Dependency>of()).stream()
            .map(ReportMaker::dependency)
            .toList(),
        Foreign.line(profile.exposure()),
        Foreign.line(profile.autonomy()),
        foreign(profile.dataClasses()),
        Foreign.lines(profile.intendedUse()),
        Foreign.lines(profile.impact()),
        manifest.rollback() == null ? null : Foreign.line(manifest.rollback().to()));
  }

  private static Dependency dependency(Manifest.Dependency of) {
    String endpoint = of.endpoint();
    Manifest.Publisher publisher = of.publisher();
    return new Dependency(
        Foreign.line(of.name()),
        Foreign.line(of.kind()),
        Foreign.line(Objects.requireNonNullElse(of.supplier(), of.name())),
        Foreign.line(of.owner()),
        endpoint == null ? null : Foreign.line(endpoint),
        foreign(Objects.requireNonNullElse(of.dataClasses(), List.<String>of())),
        of.reviewedUntil(),
        of.digest() == null ? null : of.digest().toString(),
        publisher == null ? null : Foreign.line(publisher.uri()));
  }

  private static List<String> foreign(List<String> texts) {
    return texts.stream().map(Foreign::line).toList();
  }
}
