package io.countersign.worker.cli;

import io.countersign.activities.adapter.files.DocumentReader;
import io.countersign.activities.adapter.signing.Keys;
import io.countersign.worker.config.PayloadSealing;
import io.countersign.worker.config.Settings;
import io.countersign.worker.gateway.Gateway;
import io.countersign.worker.gateway.TemporalGateway;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a command may touch besides files.
 *
 * @param interactive whether a person sits at a terminal
 * @param confirm asks the person a question; true for yes
 * @param gateways opens the gate's doors; nothing is connected before its first use
 */
record Surroundings(
    Map<String, String> environment,
    Path directory,
    PrintWriter out,
    PrintWriter err,
    boolean interactive,
    Predicate<String> confirm,
    Keys.Passphrase passphrase,
    Clock clock,
    Function<Settings, Gateway> gateways) {

  static Surroundings ofThisProcess() {
    Console console = terminal();
    return new Surroundings(
        System.getenv(),
        Path.of(""),
        new PrintWriter(System.out, true, Charset.defaultCharset()),
        new PrintWriter(System.err, true, Charset.defaultCharset()),
        console != null,
        question -> console != null && "y".equals(console.readLine("%s [y/N] ", question)),
        () -> {
          char[] answer = console == null ? null : console.readPassword("Passphrase of the key: ");
          return answer == null ? Keys.Passphrase.unavailable() : answer;
        },
        Clock.systemUTC(),
        settings -> TemporalGateway.of(settings.temporal(), PayloadSealing.ofClient(settings)));
  }

  /** From Java 22 on there is a console object without a terminal too. */
  private static @Nullable Console terminal() {
    Console console = System.console();
    try {
      Object is = console == null ? false : Console.class.getMethod("isTerminal").invoke(console);
      return Boolean.TRUE.equals(is) ? console : null;
    } catch (ReflectiveOperationException olderJava) {
      return console;
    }
  }

  Settings settings() {
    return Settings.read(environment, directory);
  }

  Gateway gateway() {
    return gateways.apply(settings());
  }

  /** Reads the files of people, with key ids as statements have them. */
  static DocumentReader reader() {
    return new DocumentReader(text -> Keys.publicKey(text).keyId());
  }
}
