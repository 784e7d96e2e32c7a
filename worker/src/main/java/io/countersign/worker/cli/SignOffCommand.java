package io.countersign.worker.cli;

import io.countersign.activities.adapter.signing.DsseEnvelope;
import io.countersign.activities.adapter.signing.StatementWriter;
import io.countersign.activities.signoff.SignOffPredicate;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.gate.GateView;
import io.countersign.policy.GateFunction;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.SignOffDecision;
import io.countersign.signoff.WaiverTerms;
import io.countersign.worker.cli.SignerOptions.Signer;
import io.countersign.worker.gateway.Gateway;
import io.countersign.worker.gateway.Gateway.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code countersign sign-off}: a person's signed voice. */
@Command(
    name = "sign-off",
    description = "Sign a release off, or take a sign-off back.",
    mixinStandardHelpOptions = true)
final class SignOffCommand implements Callable<Integer> {
  private static final Duration USUAL = Duration.ofDays(7);

  private final Surroundings surroundings;

  @Parameters(paramLabel = "ID", description = "<environment>/<system>/<version>")
  private ReleaseId release;

  @Option(names = "--function", paramLabel = "F", description = "mlops, security or risk.")
  private @Nullable GateFunction function;

  @ArgGroup private @Nullable Decision decision;

  @Option(
      names = "--release-digest",
      paramLabel = "D",
      description = "The release digest; with --review-digest and --print nothing is asked.")
  private @Nullable Digest releaseDigest;

  @Option(
      names = "--review-digest",
      paramLabel = "D",
      description = "The review digest that was read; another one at the gate is refused.")
  private @Nullable Digest reviewDigest;

  @Mixin private WaiverOptions waiver;
  @Mixin private MessageOptions message;
  @Mixin private SignerOptions signer;
  @Mixin private JsonOption json;

  SignOffCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** Exactly one of them. */
  static final class Decision {
    @Option(names = "--approve", required = true, description = "Approve the release.")
    private boolean approve;

    @Option(names = "--reject", required = true, description = "Reject the release.")
    private boolean reject;

    @Option(
        names = "--waive",
        required = true,
        paramLabel = "CHECK",
        description = "Accept that this check failed.")
    private @Nullable String waive;

    @Option(
        names = "--take-back",
        required = true,
        description = "End your earlier approval or waiver; a live release loses its access.")
    private boolean takeBack;

    SignOffDecision word() {
      if (waive != null) {
        return SignOffDecision.WAIVE;
      }
      if (takeBack) {
        return SignOffDecision.TAKE_BACK;
      }
      if (reject) {
        return SignOffDecision.REJECT;
      }
      if (approve) {
        return SignOffDecision.APPROVE;
      }
      throw new IllegalStateException("one of the group is required");
    }
  }

  @Override
  public Integer call() {
    DsseEnvelope envelope = message.signed() ? message.read() : signed();
    return message.deliver(
        surroundings, json.to(surroundings), release, Message.SIGN_OFF, envelope);
  }

  private DsseEnvelope signed() {
    if (function == null || decision == null) {
      throw new IllegalArgumentException(
          "missing: --function with mlops, security or risk, and one of --approve, --reject,"
              + " --waive CHECK and --take-back");
    }
    String reason = message.reason();
    Digests about = digests();
    Signer who = signer.signer(surroundings);
    SignOffDecision word = decision.word();
    Instant at = MessageOptions.now(surroundings);
    WaiverTerms terms = waiver.terms(word, at, about.waivers);
    message.confirm(
        surroundings,
        about.shown
            + "%s signs for %s: %s%s, because: %s"
                .formatted(
                    who.person(),
                    function,
                    word,
                    decision.waive == null ? "" : " " + decision.waive + " until " + terms.until(),
                    reason));
    byte[] statement =
        StatementWriter.signOff(
            new SignOffPredicate(
                function,
                word,
                decision.waive,
                reason,
                who.person(),
                release,
                about.release,
                about.review,
                at,
                message.expiresAt(at, USUAL),
                StatementWriter.nonce(),
                terms));
    return DsseEnvelope.sign(statement, who.key());
  }

  /**
   * @param waivers that the gate shows; nothing when the digests were given
   * @param shown what the gate says is signed; nothing when the digests were given
   */
  private record Digests(Digest release, Digest review, List<Digest> waivers, String shown) {}

  private Digests digests() {
    if (message.offline() && releaseDigest != null && reviewDigest != null) {
      return new Digests(
          releaseDigest,
          reviewDigest,
          List.of(),
          "release digest  " + releaseDigest + "\nreview digest   " + reviewDigest + "\n");
    }
    try (Gateway gateway = surroundings.gateway()) {
      GateView view = gateway.view(release);
      Digest review = view.reviewDigest();
      if (review == null) {
        throw new GateException(
            FailureType.NOT_NOW, release + " is " + view.state() + " and has no review yet");
      }
      requireRead(FailureType.WRONG_RELEASE, "release digest", releaseDigest, view.releaseDigest());
      requireRead(FailureType.WRONG_REVIEW, "review digest", reviewDigest, review);
      return new Digests(view.releaseDigest(), review, view.waivers(), ViewText.review(view));
    }
  }

  private static void requireRead(
      FailureType type, String what, @Nullable Digest read, Digest atGate) {
    if (read != null && !read.equals(atGate)) {
      throw new GateException(type, "the gate's " + what + " is " + atGate + ", not " + read);
    }
  }
}
