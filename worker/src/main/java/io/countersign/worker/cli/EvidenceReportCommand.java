package io.countersign.worker.cli;

import io.countersign.activities.adapter.signing.ApproverKeys;
import io.countersign.activities.adapter.signing.StatementReader;
import io.countersign.activities.audit.AuditTools;
import io.countersign.activities.audit.BundleVerifier;
import io.countersign.activities.audit.BundleVerifier.Options;
import io.countersign.activities.report.BundleReader;
import io.countersign.activities.report.Material;
import io.countersign.activities.report.ReleaseReport;
import io.countersign.activities.report.ReportMaker;
import io.countersign.activities.report.Verification;
import io.countersign.activities.report.Verification.Outcome;
import io.countersign.release.Digest;
import io.countersign.worker.cli.WholeFile.Written;
import io.countersign.worker.config.Auditing;
import io.countersign.worker.config.GateAssembly;
import io.countersign.worker.page.ReportPage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code countersign evidence report}: what a bundle says, on one page for people. */
@Command(
    name = "report",
    description = "Show a bundle as one self-contained page, or as Markdown for a pull request.",
    mixinStandardHelpOptions = true)
final class EvidenceReportCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "FILE", description = "The bundle, as evidence export wrote it.")
  private Path bundle;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "Where the page goes; to standard output unless given.")
  private @Nullable Path out;

  @Option(names = "--force", description = "Replace a file that is there.")
  private boolean force;

  @Option(
      names = "--keys",
      paramLabel = "FILE",
      description = "trust.yaml: verify the bundle first; the verdict stands on top of the page.")
  private @Nullable Path keys;

  @Option(names = "--open", description = "With --keys: take a record that has not ended.")
  private boolean open;

  @Option(names = "--markdown", description = "Markdown instead of HTML.")
  private boolean markdown;

  @Mixin private JsonOption json;

  EvidenceReportCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** The answer for programs, when the page goes to a file. */
  record Answer(String release, String verification, String file, long bytes, Digest digest) {}

  @Override
  public Integer call() throws IOException {
    Path place = out;
    WholeFile file = place == null ? null : new WholeFile(place, force);
    if (file != null) {
      file.requireFree();
    }
    MessageDigest sha256 = Digest.sha256();
    Material material = read(sha256);
    ReleaseReport report =
        new ReportMaker(GateAssembly.reader(), new StatementReader(), new ApproverKeys())
            .report(material, verification(Digest.of(sha256)));
    Outcome verdict = report.verification().outcome();
    ExitCode exit = verdict == Outcome.NOT_VERIFIED ? ExitCode.EVIDENCE : ExitCode.DONE;
    ReportPage page = new ReportPage();
    String text = markdown ? page.markdown(report) : page.html(report);
    if (file == null) {
      surroundings.out().print(text);
      surroundings.out().flush();
      return exit.number();
    }
    Written written = file.write(to -> to.write(text.getBytes(StandardCharsets.UTF_8)));
    Output output = json.to(surroundings);
    output.value(
        new Answer(
            report.heading().release(),
            verdict.name(),
            String.valueOf(place),
            written.bytes(),
            written.digest()));
    output.line(report.heading().release() + ": " + verdict);
    output.line("to " + place);
    return exit.number();
  }

  /** The bundle is read twice: what is shown and what was verified have to be the same bytes. */
  private Verification verification(Digest shown) throws IOException {
    if (keys == null) {
      return Verification.notChecked();
    }
    AuditTools tools = Auditing.tools(GateAssembly.reader().trust(keys), surroundings.clock());
    MessageDigest sha256 = Digest.sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(bundle), sha256)) {
      Verification verified =
          Auditing.shown(BundleVerifier.verify(in, tools, new Options(open, null)));
      if (verified.outcome() == Outcome.VERIFIED && !Digest.of(sha256).equals(shown)) {
        throw new IllegalArgumentException(bundle + ": changed while it was read");
      }
      return verified;
    }
  }

  private Material read(MessageDigest sha256) throws IOException {
    if (!Files.isRegularFile(bundle)) {
      throw new IllegalArgumentException(bundle + ": is not a file");
    }
    try (InputStream in = new DigestInputStream(Files.newInputStream(bundle), sha256)) {
      Material material = BundleReader.read(in);
      in.transferTo(OutputStream.nullOutputStream());
      return material;
    }
  }
}
