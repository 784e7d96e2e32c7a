package io.countersign.worker.cli;

import io.countersign.activity.CheckVerdict;
import io.countersign.activity.DecisionView;
import io.countersign.gate.GateView;
import io.countersign.release.Change;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.worker.gateway.Gateway;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code countersign release review}: what a sign-off is about. */
@Command(
    name = "review",
    description = "Print what a sign-off is about, and its digests.",
    mixinStandardHelpOptions = true)
final class ReleaseReviewCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "ID", description = "<environment>/<system>/<version>")
  private ReleaseId release;

  @Mixin private JsonOption json;

  ReleaseReviewCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** The answer for programs. */
  record Answer(
      ReleaseId release,
      Digest releaseDigest,
      @Nullable Digest reviewDigest,
      @Nullable String tier,
      @Nullable ReleaseId predecessor,
      List<Change> changes,
      @Nullable List<String> differences,
      List<CheckVerdict> checks,
      List<DecisionView.Waiver> waivers) {}

  @Override
  public Integer call() {
    GateView view;
    try (Gateway gateway = surroundings.gateway()) {
      view = gateway.view(release);
    }
    Output output = json.to(surroundings);
    output.value(
        new Answer(
            view.release(),
            view.releaseDigest(),
            view.reviewDigest(),
            view.tier(),
            view.predecessor(),
            view.changes(),
            view.differences(),
            view.checks(),
            view.decision() == null ? List.of() : view.decision().waivers()));
    output.lines(ViewText.review(view));
    return ExitCode.DONE.number();
  }
}
