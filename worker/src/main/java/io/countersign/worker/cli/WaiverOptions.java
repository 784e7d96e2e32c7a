package io.countersign.worker.cli;

import io.countersign.release.Digest;
import io.countersign.release.Span;
import io.countersign.signoff.SignOffDecision;
import io.countersign.signoff.WaiverTerms;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a sign-off says of waivers: a waiver its end, an approval those that its signer read. */
final class WaiverOptions {
  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "With --waive: when the waiver ends, and the access with it, in UTC.")
  private @Nullable Instant until;

  @Option(
      names = "--for",
      paramLabel = "SPAN",
      description = "With --waive: the same as a span from now, such as 7d.")
  private @Nullable Span span;

  @Option(
      names = "--accountable",
      paramLabel = "NAME",
      description = "With --waive: who answers for the failure, when that is not you.")
  private @Nullable String accountable;

  @Option(
      names = "--waiver-digest",
      paramLabel = "D",
      description = "With --approve: a waiver that was read; else those that the gate shows.")
  private @Nullable List<Digest> read;

  /**
   * @param shown the waivers that the gate shows
   */
  WaiverTerms terms(SignOffDecision decision, Instant at, List<Digest> shown) {
    boolean ends = until != null || span != null;
    if ((decision != SignOffDecision.WAIVE && (ends || accountable != null))
        || (decision != SignOffDecision.APPROVE && read != null)) {
      throw new IllegalArgumentException(
          "--until, --for and --accountable: allowed with --waive alone; --waiver-digest: with"
              + " --approve alone");
    }
    return switch (decision) {
      case WAIVE -> WaiverTerms.until(end(at), accountable);
      case APPROVE -> WaiverTerms.seen(read == null ? shown : read);
      case REJECT, TAKE_BACK -> WaiverTerms.NONE;
    };
  }

  private Instant end(Instant at) {
    if (until != null && span == null) {
      return until;
    }
    if (until == null && span != null) {
      return at.plus(span.duration());
    }
    throw new IllegalArgumentException(
        "missing: one of --until and --for with --waive: a waiver has an end, such as --for 7d");
  }
}
