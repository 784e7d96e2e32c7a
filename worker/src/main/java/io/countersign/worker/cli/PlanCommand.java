package io.countersign.worker.cli;

import io.countersign.activities.adapter.cedar.CedarPolicies;
import io.countersign.activities.adapter.files.DocumentReader;
import io.countersign.activities.adapter.files.FileRootSource;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectSource;
import io.countersign.activities.reach.PolicyComparison;
import io.countersign.activities.reach.PolicyReader;
import io.countersign.activities.tier.Reason;
import io.countersign.failure.GateException;
import io.countersign.policy.Approvers;
import io.countersign.policy.GatePolicy;
import io.countersign.release.Manifest;
import java.nio.file.Path;
import java.util.Objects;
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
      names = "--policies",
      paramLabel = "DIR",
      description = "A directory with the Vault policies in scope, each as NAME.hcl or NAME.json.")
  private @Nullable Path policies;

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
    GatePolicy policy = reader.gate(gateFile).policy();
    ReleasePlan plan =
        ReleasePlan.of(
            manifest,
            policy,
            old,
            policies == null ? null : PolicyFiles.read(policies, manifest.access().policies()),
            old == null ? null : calls(manifest, old, policy, gateFile),
            known,
            person,
            surroundings.clock().instant());
    Output output = json.to(surroundings);
    output.value(plan);
    tell(plan, output);
    return ExitCode.DONE.number();
  }

  /** From files alone; null where the policies lie elsewhere or cannot be read. */
  private static @Nullable PolicyComparison calls(
      Manifest manifest, Manifest old, GatePolicy policy, Path gateFile) {
    try {
      SubjectSource files =
          FileRootSource.of(
              policy.sources(), Objects.requireNonNull(gateFile.toAbsolutePath().getParent()));
      PolicyReader policies = new PolicyReader(new CedarPolicies());
      return policies.compare(
          policies.files(files, manifest, Progress.unwatched()), manifest, old, files);
    } catch (GateException notAtHand) {
      return null;
    }
  }

  private static void tell(ReleasePlan plan, Output output) {
    output.line("release      " + plan.release());
    output.line(
        "tier         "
            + plan.tier()
            + (plan.highestTier().equals(plan.tier())
                ? ""
                : ", up to " + plan.highestTier() + " by what the gate finds changed"));
    plan.because().stream()
        .filter(reason -> reason.tier().equals(plan.tier()))
        .forEach(reason -> output.line("because      " + words(reason)));
    plan.wouldRaise()
        .forEach(reason -> output.line("would raise  to " + reason.tier() + ": " + words(reason)));
    output.line("changes      " + plan.changes());
    plan.policiesAdded().forEach(policy -> output.line("scope        + " + policy));
    plan.policiesRemoved().forEach(policy -> output.line("scope        - " + policy));
    plan.callsAdded().forEach(call -> output.line("policy       + " + call));
    plan.checks()
        .forEach(
            check ->
                output.line(
                    "check        "
                        + check.check()
                        + (check.waivable()
                            ? " (waivable, at most " + check.longestWaiver() + ")"
                            : "")
                        + (check.taskQueue() == null
                            ? ""
                            : ", answered from task queue " + check.taskQueue())));
    plan.requirements()
        .forEach(
            place ->
                output.line(
                    "sign-off     "
                        + place.quorum()
                        + " "
                        + place.function()
                        + (plan.enoughPeople() == null ? "" : " of " + place.people())));
    plan.freezes()
        .forEach(
            freeze ->
                output.line(
                    (freeze.holds()
                            ? "FROZEN       until "
                            : "freeze       from " + freeze.from() + " until ")
                        + freeze.until()
                        + ": "
                        + freeze.reason()
                        + (freeze.emergencyPasses() ? " (an emergency passes)" : "")));
    plan.withoutVoice().forEach(person -> output.line("no voice     " + person));
    if (Boolean.FALSE.equals(plan.enoughPeople())) {
      output.line("NOT ENOUGH   nobody can fill every place, one person for each");
    }
    plan.notLookedAt().forEach(open -> output.line("not seen     " + open));
  }

  private static String words(Reason reason) {
    return reason.because()
        + (reason.rule() == null ? "" : " [" + reason.rule().strip().replaceAll("\\s+", " ") + "]");
  }
}
