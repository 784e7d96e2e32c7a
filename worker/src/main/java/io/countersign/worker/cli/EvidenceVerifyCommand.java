package io.countersign.worker.cli;

import io.countersign.activities.audit.Audit;
import io.countersign.activities.audit.AuditTools;
import io.countersign.activities.audit.BundleVerifier;
import io.countersign.activities.audit.BundleVerifier.Options;
import io.countersign.activities.audit.Finding;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.worker.config.Auditing;
import io.countersign.worker.config.GateAssembly;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code countersign evidence verify}: whether a bundle holds, by what an auditor believes. */
@Command(
    name = "verify",
    description = {
      "Verify an evidence bundle offline: every signature, link and digest, the order of events,",
      "who was allowed then, every decision again, and the end of all access."
    },
    mixinStandardHelpOptions = true)
final class EvidenceVerifyCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "FILE", description = "The bundle, as evidence export wrote it.")
  private Path bundle;

  @Option(
      names = "--keys",
      required = true,
      paramLabel = "FILE",
      description = "trust.yaml: whom you believe. It must not come from the gate alone.")
  private Path keys;

  @Option(
      names = "--open",
      description = "Take a record that has not ended; it is proved up to its last entry.")
  private boolean open;

  @Option(
      names = "--head",
      paramLabel = "HASH",
      description = "Hash of an entry or seal that you noted: an older bundle is refused.")
  private @Nullable String head;

  @Mixin private JsonOption json;

  EvidenceVerifyCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** The answer for programs. */
  record Answer(
      boolean verified,
      @Nullable ReleaseId release,
      @Nullable Digest releaseDigest,
      long entries,
      Digest head,
      @Nullable String end,
      long anchoredEntry,
      @Nullable Instant anchoredAt,
      List<Finding> findings,
      List<String> proved,
      List<String> notProved) {}

  @Override
  public Integer call() throws IOException {
    Options options = new Options(open, head == null ? null : hash(head));
    AuditTools tools = Auditing.tools(GateAssembly.reader().trust(keys), surroundings.clock());
    if (!Files.isRegularFile(bundle)) {
      throw new IllegalArgumentException(bundle + ": is not a file");
    }
    Audit audit;
    try (InputStream in = Files.newInputStream(bundle)) {
      audit = BundleVerifier.verify(in, tools, options);
    }
    show(audit);
    return (audit.verified() ? ExitCode.DONE : ExitCode.EVIDENCE).number();
  }

  /** With or without the name of its algorithm, as people copy it. */
  private static Digest hash(String text) {
    return text.startsWith("sha256:") ? Digest.parse(text) : new Digest(text);
  }

  private void show(Audit audit) {
    Output output = json.to(surroundings);
    output.value(
        new Answer(
            audit.verified(),
            audit.release(),
            audit.releaseDigest(),
            audit.entries(),
            audit.head(),
            audit.end(),
            audit.anchoredEntry(),
            audit.anchoredAt(),
            audit.findings(),
            audit.proved(),
            audit.notProved()));
    String release = audit.release() == null ? bundle.toString() : audit.release().toString();
    output.line(release + (audit.verified() ? ": VERIFIED" : ": DOES NOT VERIFY"));
    audit.findings().forEach(finding -> output.line("  " + finding));
    if (audit.verified()) {
      output.line(
          "Head " + audit.head().hex() + " (note it: --head detects an older bundle later)");
      if (audit.anchoredAt() != null) {
        output.line("Anchored to entry " + audit.anchoredEntry() + " at " + audit.anchoredAt());
      }
      output.line("Proved:");
      audit.proved().forEach(line -> output.line("  " + line));
    }
    output.line("Not proved:");
    audit.notProved().forEach(line -> output.line("  " + line));
  }
}
