package io.countersign.worker.cli;

import io.countersign.activities.adapter.files.DocumentReader;
import io.countersign.policy.Approvers;
import io.countersign.release.Manifest;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code countersign plan}: what the gate would ask. Reads files and nothing else. */
@Command(
    name = "plan",
    description = "Say what the gate would ask of a release; touches nothing.",
    mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "FILE", description = "The release manifest, locked or not.")
  private Path file;

  @Option(
      names = "--gate",
      paramLabel = "FILE",
      description = "The gate file; else countersign.gate-file.")
  private @Nullable Path gate;

  @Option(
      names = "--approvers",
      paramLabel = "FILE",
      description = "The approvers file; else countersign.approvers-file.")
  private @Nullable Path approvers;

  @Option(
      names = "--predecessor",
      paramLabel = "FILE",
      description = "The manifest of the release that is live.")
  private @Nullable Path predecessor;

  @Option(
      names = {"--as", "--person"},
      paramLabel = "PERSON",
      description = "Who would submit; else COUNTERSIGN_PERSON.")
  private @Nullable String submitter;

  @Mixin private JsonOption json;

  PlanCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    DocumentReader reader = Surroundings.reader();
    Manifest manifest = reader.release(file).manifest();
    Path gateFile = gate == null ? surroundings.settings().gateFile() : gate;
    Optional<Path> people =
        approvers == null ? surroundings.settings().givenApproversFile() : Optional.of(approvers);
    Approvers known = people.map(path -> reader.approvers(path).approvers()).orElse(null);
    Manifest old = predecessor == null ? null : reader.release(predecessor).manifest();
    String person = submitter == null ? surroundings.settings().person().orElse(null) : submitter;
    ReleasePlan plan =
        ReleasePlan.of(
            manifest,
            reader.gate(gateFile).policy(),
            old,
            known,
            person,
            surroundings.clock().instant());
    Output output = json.to(surroundings);
    output.value(plan);
    tell(plan, output);
    return ExitCode.DONE.number();
  }

  private static void tell(ReleasePlan plan, Output output) {
    output.line("release      " + plan.release());
    output.line(
        "tier         "
            + plan.tier()
            + (plan.highestTier().equals(plan.tier())
                ? ""
                : ", up to " + plan.highestTier() + " by what the gate finds changed"));
    output.line("changes      " + plan.changes());
    plan.policiesAdded().forEach(policy -> output.line("scope        + " + policy));
    plan.policiesRemoved().forEach(policy -> output.line("scope        - " + policy));
    plan.checks()
        .forEach(
            check ->
                output.line(
                    "check        " + check.check() + (check.waivable() ? " (waivable)" : "")));
    plan.requirements()
        .forEach(
            place ->
                output.line(
                    "sign-off     "
                        + place.quorum()
                        + " "
                        + place.function()
                        + (plan.enoughPeople() == null ? "" : " of " + place.people())));
    plan.withoutVoice().forEach(person -> output.line("no voice     " + person));
    if (Boolean.FALSE.equals(plan.enoughPeople())) {
      output.line("NOT ENOUGH   nobody can fill every place, one person for each");
    }
    plan.notLookedAt().forEach(open -> output.line("not seen     " + open));
  }
}
