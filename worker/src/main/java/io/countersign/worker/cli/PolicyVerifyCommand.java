package io.countersign.worker.cli;

import io.countersign.activities.adapter.signing.PolicyApproval;
import io.countersign.activities.adapter.signing.PolicyApproval.Approval;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code countersign policy verify}: whether a worker outside development would take the file. */
@Command(
    name = "verify",
    description = "Verify that two policy owners have signed a gate or approvers file.",
    mixinStandardHelpOptions = true)
final class PolicyVerifyCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "FILE", description = "gate.yaml or approvers.yaml")
  private Path file;

  @Option(
      names = "--owners",
      paramLabel = "FILE",
      description = "The policy owners and their keys; else countersign.policy-owners-file.")
  private @Nullable Path owners;

  @Mixin private JsonOption json;

  PolicyVerifyCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    RulesFile kind = RulesFile.of(file);
    RulesFile.Valid valid = kind.read(file);
    PolicyApproval approval = PolicySignCommand.approval(owners, surroundings);
    List<Approval> approvals = approval.approvals(file, valid.bytes());
    Output output = json.to(surroundings);
    approvals.forEach(
        one -> output.line(one.person() + " signed at " + one.at() + " with key " + one.keyId()));
    output.value(
        new PolicySignCommand.Answer(
            file.toString(), valid.digest(), approvals, approvals.size() >= PolicyApproval.OWNERS));
    approval.require(file, valid.bytes(), kind.refusal());
    output.line(file + " is approved: " + valid.digest());
    return ExitCode.DONE.number();
  }
}
