package io.countersign.worker.cli;

import io.countersign.activities.adapter.signing.DsseEnvelope;
import io.countersign.activities.adapter.signing.StatementWriter;
import io.countersign.activities.signoff.OrderPredicate;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.OrderKind;
import io.countersign.worker.cli.SignerOptions.Signer;
import io.countersign.worker.gateway.Gateway;
import io.countersign.worker.gateway.Gateway.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code countersign order}: a person's signed order. */
@Command(
    name = "order",
    description = "Order what happens to a release.",
    mixinStandardHelpOptions = true)
final class OrderCommand implements Callable<Integer> {
  private static final Duration USUAL = Duration.ofDays(1);

  private final Surroundings surroundings;

  @Parameters(paramLabel = "ID", description = "<environment>/<system>/<version>")
  private ReleaseId release;

  @ArgGroup private @Nullable Kind kind;

  @Option(
      names = "--release-digest",
      paramLabel = "D",
      description = "The release digest; with --print nothing is asked.")
  private @Nullable Digest releaseDigest;

  @Mixin private MessageOptions message;
  @Mixin private SignerOptions signer;
  @Mixin private JsonOption json;

  OrderCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /** Exactly one of them. */
  static final class Kind {
    @Option(
        names = "--rollback",
        required = true,
        description = "End the live release and grant its predecessor again.")
    private boolean rollback;

    @Option(names = "--retire", required = true, description = "End the live release.")
    private boolean retire;

    @Option(names = "--withdraw", required = true, description = "End it before it is live.")
    private boolean withdraw;

    @Option(names = "--recheck", required = true, description = "Run the checks again.")
    private boolean recheck;

    @Option(
        names = "--suspend",
        required = true,
        description = "Take the live release's access away until a person decides.")
    private boolean suspend;

    @Option(names = "--restore", required = true, description = "Grant a suspended one again.")
    private boolean restore;

    OrderKind word() {
      if (rollback) {
        return OrderKind.ROLLBACK;
      }
      if (retire) {
        return OrderKind.RETIRE;
      }
      if (withdraw) {
        return OrderKind.WITHDRAW;
      }
      if (recheck) {
        return OrderKind.RECHECK;
      }
      if (suspend) {
        return OrderKind.SUSPEND;
      }
      if (restore) {
        return OrderKind.RESTORE;
      }
      throw new IllegalStateException("one of the group is required");
    }
  }

  @Override
  public Integer call() {
    DsseEnvelope envelope = message.signed() ? message.read() : signed();
    return message.deliver(surroundings, json.to(surroundings), release, Message.ORDER, envelope);
  }

  private DsseEnvelope signed() {
    if (kind == null) {
      throw new IllegalArgumentException(
          "missing: one of --rollback, --retire, --withdraw, --recheck, --suspend and --restore");
    }
    String reason = message.reason();
    Digest digest = digest();
    Signer who = signer.signer(surroundings);
    message.confirm(
        surroundings,
        "release         %s%nrelease digest  %s%n%s orders: %s, because: %s"
            .formatted(release, digest, who.person(), kind.word(), reason));
    Instant at = MessageOptions.now(surroundings);
    byte[] statement =
        StatementWriter.order(
            new OrderPredicate(
                kind.word(),
                reason,
                who.person(),
                release,
                digest,
                at,
                message.expiresAt(at, USUAL),
                StatementWriter.nonce()));
    return DsseEnvelope.sign(statement, who.key());
  }

  private Digest digest() {
    if (releaseDigest != null && message.offline()) {
      return releaseDigest;
    }
    try (Gateway gateway = surroundings.gateway()) {
      // What Temporal itself shows is enough: an order must not need a worker to be given.
      Digest shown = gateway.describe(release).releaseDigest();
      Digest found = shown == null ? gateway.view(release).releaseDigest() : shown;
      if (releaseDigest != null && !releaseDigest.equals(found)) {
        throw new GateException(
            FailureType.WRONG_RELEASE,
            "the gate's release digest is " + found + ", not " + releaseDigest);
      }
      return found;
    }
  }
}
