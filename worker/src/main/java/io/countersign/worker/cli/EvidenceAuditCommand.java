package io.countersign.worker.cli;

import io.countersign.activities.adapter.postgres.PostgresDatabase;
import io.countersign.activities.adapter.postgres.PostgresReleaseRecord;
import io.countersign.activities.audit.AuditTools;
import io.countersign.activities.audit.StoreAudit;
import io.countersign.activities.audit.StoreAudit.Report;
import io.countersign.worker.config.Auditing;
import io.countersign.worker.config.GateAssembly;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code countersign evidence audit}: the whole store, by what an auditor believes. */
@Command(
    name = "audit",
    description = {
      "Verify the whole record in the database of the settings: the chain of seals over all",
      "releases, every entry, and every stored line as evidence verify does. Reads only."
    },
    mixinStandardHelpOptions = true)
final class EvidenceAuditCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(
      names = "--keys",
      required = true,
      paramLabel = "FILE",
      description = "trust.yaml: whom you believe.")
  private Path keys;

  @Mixin private JsonOption json;

  EvidenceAuditCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    AuditTools tools = Auditing.tools(GateAssembly.reader().trust(keys), surroundings.clock());
    Report report;
    try (PostgresDatabase database = new PostgresDatabase(surroundings.settings().postgres())) {
      report = StoreAudit.audit(new PostgresReleaseRecord(database), tools);
    }
    Output output = json.to(surroundings);
    output.value(report);
    output.line(
        report.releases()
            + " releases, "
            + report.entries()
            + " entries, "
            + report.seals()
            + " seals"
            + (report.pending() == 0 ? "" : ", " + report.pending() + " not sealed or written yet")
            + (report.verified() ? ": VERIFIED" : ": DOES NOT VERIFY"));
    report.findings().forEach(finding -> output.line("  " + finding));
    return (report.verified() ? ExitCode.DONE : ExitCode.EVIDENCE).number();
  }
}
