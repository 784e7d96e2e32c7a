package io.countersign.worker.cli;

import io.countersign.worker.config.Settings;
import io.countersign.worker.serve.Serving;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;

/** {@code countersign serve}: a worker, until it is told to stop. */
@Command(
    name = "serve",
    description = "Runs a worker with this process's settings.",
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
  @Override
  public Integer call() throws InterruptedException {
    Serving serving = Serving.start(Settings.ofThisProcess());
    Runtime.getRuntime().addShutdownHook(new Thread(serving::close, "stop-worker"));
    System.out.println("Serving the task queue countersign.");
    new CountDownLatch(1).await();
    return 0;
  }
}
