package io.countersign.worker.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.countersign.activities.port.Readiness;
import io.countersign.worker.config.Doctor;
import io.countersign.worker.config.Settings;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code countersign doctor}: whether everything that a worker needs is ready. */
@Command(
    name = "doctor",
    description = "Asks every dependency whether it is ready; exit 6 when one is not.",
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  @Option(names = "--quiet", description = "Print only what is not ready.")
  private boolean quiet;

  @Option(names = "--json", description = "Print JSON: a list of need, ready, detail.")
  private boolean json;

  @Override
  public Integer call() {
    List<Readiness> found = new Doctor(Settings.ofThisProcess()).look();
    boolean ready = found.stream().allMatch(Readiness::ready);
    if (json) {
      ArrayNode lines = new ObjectMapper().createArrayNode();
      found.forEach(
          line ->
              lines
                  .addObject()
                  .put("need", line.need())
                  .put("ready", line.ready())
                  .put("detail", line.detail()));
      System.out.println(lines);
    } else {
      for (Readiness line : found) {
        if (!quiet || !line.ready()) {
          System.out.printf(
              "%s  %s: %s%n", line.ready() ? "ready    " : "NOT READY", line.need(), line.detail());
        }
      }
    }
    return ready ? ExitCode.DONE.number() : ExitCode.UNREACHABLE.number();
  }
}
