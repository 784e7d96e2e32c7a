package io.countersign.worker.cli;

import io.countersign.policy.GateFunction;
import io.countersign.release.Digest;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import io.countersign.release.Span;
import io.countersign.worker.config.Settings;
import io.countersign.worker.config.SweepOnce;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * Entry of the command line. Only the command that is asked for is put together, so that a short
 * one starts quickly.
 */
@Command(
    name = "countersign",
    description = "One release gate for AI systems.",
    mixinStandardHelpOptions = true,
    versionProvider = BuildVersion.class,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:done or live",
      "2:usage or invalid file",
      "3:rejected",
      "4:check failed",
      "5:expired",
      "6:unreachable",
      "7:refused; standard error begins with the reason's name",
      "8:evidence does not verify"
    })
public final class Main implements Runnable {
  /** Every command, in the order of the help. A new one is one line here. */
  private static final List<Entry> COMMANDS =
      List.of(
          quiet("lock", s -> new CommandLine(new LockCommand(s))),
          quiet("plan", s -> new CommandLine(new PlanCommand(s))),
          quiet("release", ReleaseCommands::line),
          quiet("sign-off", s -> new CommandLine(new SignOffCommand(s))),
          quiet("order", s -> new CommandLine(new OrderCommand(s))),
          quiet("evidence", EvidenceCommands::line),
          quiet("policy", PolicyCommands::line),
          quiet("approvers", ApproversCommands::line),
          quiet("keygen", s -> new CommandLine(new KeygenCommand(s))),
          quiet("vault", VaultCommands::line),
          quiet("codec", CodecCommands::line),
          quiet("migrate", s -> new CommandLine(new MigrateCommand())),
          quiet("doctor", s -> new CommandLine(new DoctorCommand())),
          logging(
              "sweep",
              s ->
                  new CommandLine(new SweepCommand(() -> SweepOnce.run(Settings.ofThisProcess())))),
          logging("serve", s -> new CommandLine(new ServeCommand())),
          logging("decide", s -> new CommandLine(new DecideCommand())),
          logging("up", s -> new CommandLine(new UpCommand())),
          logging("demo", s -> new CommandLine(new DemoCommand())));

  /**
   * @param logs whether it writes a log; the others keep the libraries' logs out of their output
   */
  private record Entry(String name, boolean logs, Function<Surroundings, CommandLine> make) {}

  private static Entry quiet(String name, Function<Surroundings, CommandLine> make) {
    return new Entry(name, false, make);
  }

  private static Entry logging(String name, Function<Surroundings, CommandLine> make) {
    return new Entry(name, true, make);
  }

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show where an error comes from.")
  private boolean debug;

  @Spec private CommandSpec spec;

  private Main() {}

  public static void main(String[] args) {
    System.exit(run(Surroundings.ofThisProcess(), args));
  }

  /** Runs one command and answers its exit code. */
  static int run(Surroundings surroundings, String... args) {
    Main main = new Main();
    CommandLine line = new CommandLine(main);
    List<Entry> asked = asked(args);
    asked.forEach(entry -> line.addSubcommand(entry.name, entry.make.apply(surroundings)));
    if (asked.stream().noneMatch(Entry::logs)) {
      System.setProperty("slf4j.internal.verbosity", "WARN");
      System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
    }
    Troubles troubles = new Troubles(surroundings.err(), main);
    converters(line);
    return line.setOut(surroundings.out())
        .setErr(surroundings.err())
        .setExecutionExceptionHandler(troubles)
        .setParameterExceptionHandler(troubles)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(args);
  }

  private static List<Entry> asked(String[] args) {
    List<Entry> named =
        COMMANDS.stream().filter(e -> args.length > 0 && e.name.equals(args[0])).toList();
    return named.isEmpty() ? COMMANDS : named;
  }

  private static void converters(CommandLine line) {
    convert(line, ReleaseId.class, ReleaseId::parse);
    convert(line, Digest.class, Digest::parse);
    convert(line, Span.class, Span::parse);
    convert(line, GateFunction.class, GateFunction::parse);
    convert(line, GateState.class, Main::state);
  }

  private static GateState state(String text) {
    return Arrays.stream(GateState.values())
        .filter(state -> state.name().equals(text.toUpperCase(Locale.ROOT).replace('-', '_')))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "state: allowed are " + Arrays.toString(GateState.values())));
  }

  private static <T> void convert(CommandLine line, Class<T> type, ITypeConverter<T> parser) {
    line.registerConverter(
        type,
        text -> {
          try {
            return parser.convert(text);
          } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
          }
        });
  }

  boolean debug() {
    return debug;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
