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
      "releases, every entry, every stored line as evidence verify does, and the chains of decision",
      "nodes. Reads only."
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
            + " seals, "
            + report.batches()
            + " batches of decision nodes"
            + (report.pending() == 0
                ? ""
                : ", " + report.pending() + " not sealed, written or folded yet")
            + (report.verified() ? ": VERIFIED" : ": DOES NOT VERIFY"));
    if (report.vouched() > 0) {
      output.line(
          "  not proved: that "
              + report.vouched()
              + " of the batches are by keys of decision nodes; no rules in the record name them, the gate says that its rules did");
    }
    report.findings().forEach(finding -> output.line("  " + finding));
    return (report.verified() ? ExitCode.DONE : ExitCode.EVIDENCE).number();
  }
}
