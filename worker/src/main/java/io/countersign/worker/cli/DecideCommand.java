package io.countersign.worker.cli;

import io.countersign.worker.config.DecisionSettings;
import io.countersign.worker.config.Settings;
import io.countersign.worker.runtime.Deciding;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;

/**
 * {@code countersign decide}: a decision point, until it is told to stop. Needs the record, the
 * rules and the sources of policies; knows neither Temporal nor Vault.
 */
@Command(
    name = "decide",
    description = "Decides live releases' requests at run time, with this process's settings.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:stopped",
      "2:usage, a setting or an invalid rule file",
    })
final class DecideCommand implements Callable<Integer> {
  @Override
  public Integer call() throws InterruptedException {
    Settings settings = Settings.ofThisProcess();
    DecisionSettings decisions = settings.requiredDecisions();
    Deciding deciding = Deciding.start(settings, decisions);
    Runtime.getRuntime().addShutdownHook(new Thread(deciding::close, "stop-deciding"));
    System.out.println("Deciding at " + deciding.url());
    new CountDownLatch(1).await();
    return ExitCode.DONE.number();
  }
}
