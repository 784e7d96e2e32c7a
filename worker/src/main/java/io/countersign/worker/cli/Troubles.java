package io.countersign.worker.cli;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.worker.config.InvalidSettingException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Says what went wrong: one line of plain words on standard error and the exit code; the stack only
 * with {@code --debug}.
 */
final class Troubles implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private final PrintWriter err;
  private final Main main;

  Troubles(PrintWriter err, Main main) {
    this.err = err;
    this.main = main;
  }

  @Override
  public int handleExecutionException(Exception thrown, CommandLine line, ParseResult parsed) {
    if (main.debug()) {
      thrown.printStackTrace(err);
    }
    if (thrown instanceof GateException known) {
      say(String.valueOf(known.getMessage()));
      return ExitCode.of(known.type()).number();
    }
    // The domain's own refusals name field, found and allowed.
    if (thrown instanceof InvalidSettingException || thrown instanceof IllegalArgumentException) {
      say(String.valueOf(thrown.getMessage()));
      return ExitCode.USAGE.number();
    }
    say(
        FailureType.INTERNAL
            + ": "
            + thrown.getClass().getSimpleName()
            + "; this is a defect, --debug shows more");
    return ExitCode.REFUSED.number();
  }

  @Override
  public int handleParseException(ParameterException thrown, String[] args) {
    CommandLine line = thrown.getCommandLine();
    say(String.valueOf(thrown.getMessage()));
    say("See '" + line.getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.USAGE.number();
  }

  private void say(String text) {
    err.println(Shown.lines(text));
    err.flush();
  }
}
