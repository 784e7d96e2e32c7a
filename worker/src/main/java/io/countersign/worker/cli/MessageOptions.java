package io.countersign.worker.cli;

import io.countersign.activities.adapter.signing.DsseEnvelope;
import io.countersign.gate.Receipt;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.release.Span;
import io.countersign.worker.gateway.Gateway;
import io.countersign.worker.gateway.Gateway.Message;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a signed message reaches the gate. */
final class MessageOptions {
  @Option(names = "--reason", paramLabel = "TEXT", description = "Why; people will read it.")
  private @Nullable String reason;

  @Option(
      names = "--print",
      description = "Print the signed envelope and send nothing; 'temporal workflow signal' can.")
  private boolean print;

  @Option(
      names = "--send",
      paramLabel = "FILE",
      description = "Send this signed envelope instead of signing one.")
  private @Nullable Path send;

  @Option(
      names = "--wait",
      description = "Wait for the gate's receipt; without it the message waits for a worker.")
  private boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "SPAN",
      defaultValue = "1m",
      description = "How long to wait for the receipt (default: ${DEFAULT-VALUE}).")
  private Span timeout = new Span(Duration.ofMinutes(1));

  @Option(
      names = "--expires",
      paramLabel = "SPAN",
      description = "How long the statement may be used (default: 7d, an order 1d).")
  private @Nullable Span expires;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask before signing.")
  private boolean yes;

  /** The answer for programs when nobody waits. */
  record Sent(ReleaseId release, Digest statement, String sent) {}

  boolean offline() {
    return print;
  }

  boolean signed() {
    return send != null;
  }

  String reason() {
    if (reason == null) {
      throw new IllegalArgumentException("--reason is missing: allowed is a text that says why");
    }
    return reason;
  }

  /** Now, in whole seconds. */
  static Instant now(Surroundings surroundings) {
    return surroundings.clock().instant().truncatedTo(ChronoUnit.SECONDS);
  }

  Instant expiresAt(Instant issuedAt, Duration usual) {
    return issuedAt.plus(expires == null ? usual : expires.duration());
  }

  /** Shows a person what the key is about to sign, and lets the person stop. */
  void confirm(Surroundings surroundings, String what) {
    if (surroundings.interactive() && !yes) {
      surroundings.err().println(Shown.lines(what));
      surroundings.err().flush();
      if (!surroundings.confirm().test("Sign this?")) {
        throw new IllegalArgumentException("nothing was signed");
      }
    }
  }

  /** The envelope that somebody signed before. */
  DsseEnvelope read() {
    Path file = Objects.requireNonNull(send);
    try (InputStream in = Files.newInputStream(file)) {
      return DsseEnvelope.parse(in.readNBytes(DsseEnvelope.MESSAGE_LIMIT + 1));
    } catch (IOException e) {
      throw new IllegalArgumentException(file + ": cannot be read", e);
    }
  }

  /** Prints or sends a signed envelope. */
  int deliver(
      Surroundings surroundings,
      Output output,
      ReleaseId release,
      Message message,
      DsseEnvelope envelope) {
    String json = new String(envelope.write(), StandardCharsets.UTF_8);
    if (print) {
      surroundings.out().println(json);
      return ExitCode.DONE.number();
    }
    try (Gateway gateway = surroundings.gateway()) {
      if (wait) {
        Receipt receipt = gateway.update(release, message, json, timeout.duration());
        output.value(receipt);
        output.line(receipt.detail());
        output.line(release + " is " + receipt.state());
        if (receipt.decision() != null && !receipt.decision().awaiting().isEmpty()) {
          output.line("awaiting " + String.join(", ", receipt.decision().awaiting()));
        }
      } else {
        gateway.signal(release, message, json);
        output.value(new Sent(release, envelope.statementDigest(), "signal"));
        output.line("sent; 'countersign release show " + release + "' tells what became of it");
      }
    }
    return ExitCode.DONE.number();
  }
}
