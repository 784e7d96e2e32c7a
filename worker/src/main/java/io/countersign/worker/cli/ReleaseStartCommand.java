package io.countersign.worker.cli;

import io.countersign.activities.adapter.files.ReleaseDocument;
import io.countersign.activities.adapter.signing.DsseEnvelope;
import io.countersign.activities.adapter.signing.StatementWriter;
import io.countersign.activities.signoff.SubmissionPredicate;
import io.countersign.activity.Submission;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.release.Span;
import io.countersign.worker.gateway.Gateway;
import io.countersign.worker.gateway.Gateway.Started;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code countersign release start}: submits a release. */
@Command(
    name = "start",
    description = "Submit a release; the same again joins it.",
    mixinStandardHelpOptions = true)
final class ReleaseStartCommand implements Callable<Integer> {
  private static final Duration USUAL = Duration.ofDays(1);

  private final Surroundings surroundings;

  @Parameters(paramLabel = "FILE", description = "The locked release manifest.")
  private Path file;

  @Option(
      names = "--oidc-token",
      paramLabel = "FILE",
      description = "Identity token of the CI run, made for 'release audience FILE'.")
  private @Nullable Path oidcToken;

  @Option(
      names = "--wait",
      arity = "0..1",
      fallbackValue = "LIVE",
      paramLabel = "STATE",
      description = "Wait until the release is LIVE, or in this state, or has ended.")
  private @Nullable GateState waited;

  @Option(
      names = "--timeout",
      paramLabel = "SPAN",
      defaultValue = "1h",
      description = "How long to wait; then exit 5 (default: ${DEFAULT-VALUE}).")
  private Span timeout = new Span(Duration.ofHours(1));

  @Mixin private SignerOptions signer;
  @Mixin private JsonOption json;

  ReleaseStartCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** The answer for programs. */
  record Answer(
      ReleaseId release,
      Digest releaseDigest,
      String workflowId,
      String runId,
      boolean joined,
      @Nullable GateState state,
      @Nullable FailureType reasonType,
      @Nullable String reason) {}

  @Override
  public Integer call() {
    ReleaseDocument document = LockedRelease.read(file);
    ReleaseId release = document.manifest().id();
    Digest digest = LockedRelease.digest(document);
    Submission submission =
        new Submission(
            release,
            digest,
            new String(envelope(document, release, digest).write(), StandardCharsets.UTF_8));
    Output output = json.to(surroundings);
    try (Gateway gateway = surroundings.gateway()) {
      Started started = gateway.start(submission);
      output.line(release + (started.joined() ? " was submitted before" : " is submitted"));
      output.line("release digest " + digest);
      Waiting.Outcome outcome =
          waited == null
              ? Waiting.Outcome.none()
              : new Waiting(gateway, surroundings.clock())
                  .await(
                      release, waited, timeout.duration(), now -> output.line(Waiting.line(now)));
      output.value(
          new Answer(
              release,
              digest,
              started.workflowId(),
              started.runId(),
              started.joined(),
              outcome.state(),
              outcome.reasonType(),
              outcome.reason()));
      return outcome.tell(surroundings.err());
    }
  }

  private DsseEnvelope envelope(ReleaseDocument document, ReleaseId release, Digest digest) {
    if ((oidcToken != null) == signer.keyGiven()) {
      throw new IllegalArgumentException("allowed is exactly one of --key and --oidc-token");
    }
    Instant at = MessageOptions.now(surroundings);
    DsseEnvelope envelope;
    if (oidcToken != null) {
      envelope =
          DsseEnvelope.unsigned(
              statement(CiTokenFile.submitter(oidcToken), document, release, digest, at));
    } else {
      SignerOptions.Signer who = signer.signer(surroundings);
      SubmissionPredicate.Person person = new SubmissionPredicate.Person(who.person());
      envelope = DsseEnvelope.sign(statement(person, document, release, digest, at), who.key());
    }
    int size = envelope.write().length;
    if (size > DsseEnvelope.MESSAGE_LIMIT) {
      throw new GateException(
          FailureType.OVERSIZED,
          file
              + ": found a submission of "
              + size
              + " bytes, allowed are "
              + DsseEnvelope.MESSAGE_LIMIT);
    }
    return envelope;
  }

  private static byte[] statement(
      SubmissionPredicate.Submitter submitter,
      ReleaseDocument document,
      ReleaseId release,
      Digest digest,
      Instant at) {
    return StatementWriter.submission(
        new SubmissionPredicate(
            submitter,
            release,
            digest,
            document.json(),
            at,
            at.plus(USUAL),
            StatementWriter.nonce()));
  }
}
