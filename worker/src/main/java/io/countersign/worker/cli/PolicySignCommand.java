package io.countersign.worker.cli;

import io.countersign.activities.adapter.signing.PolicyApproval;
import io.countersign.activities.adapter.signing.PolicyApproval.Approval;
import io.countersign.release.Digest;
import io.countersign.worker.config.PolicyApprovals;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code countersign policy sign}: one policy owner's approval of exactly these bytes. */
@Command(
    name = "sign",
    description = "Sign a gate or approvers file as a policy owner; writes FILE.sigs.jsonl.",
    mixinStandardHelpOptions = true)
final class PolicySignCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "FILE", description = "gate.yaml or approvers.yaml")
  private Path file;

  @Option(
      names = "--owners",
      paramLabel = "FILE",
      description = "The policy owners and their keys; else countersign.policy-owners-file.")
  private @Nullable Path owners;

  @Mixin private SignerOptions signer;
  @Mixin private JsonOption json;

  PolicySignCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** The answer for programs. */
  record Answer(String file, Digest digest, List<Approval> approvals, boolean enough) {}

  @Override
  public Integer call() {
    RulesFile.Valid valid = RulesFile.of(file).read(file);
    PolicyApproval approval = approval(owners, surroundings);
    SignerOptions.Signer who = signer.signer(surroundings);
    approval.sign(file, valid.bytes(), who.person(), who.key());
    List<Approval> approvals = approval.approvals(file, valid.bytes());
    Output output = json.to(surroundings);
    output.line(who.person() + " signed " + valid.digest());
    output.line(
        approvals.size()
            + " of "
            + PolicyApproval.OWNERS
            + " policy owners have signed these bytes");
    output.value(
        new Answer(
            file.toString(), valid.digest(), approvals, approvals.size() >= PolicyApproval.OWNERS));
    return ExitCode.DONE.number();
  }

  static PolicyApproval approval(@Nullable Path owners, Surroundings surroundings) {
    return PolicyApprovals.by(
        owners == null ? surroundings.settings().policyOwnersFile() : owners, surroundings.clock());
  }
}
