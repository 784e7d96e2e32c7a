package io.countersign.worker.cli;

import io.countersign.activities.adapter.postgres.PostgresDatabase;
import io.countersign.activities.adapter.postgres.PostgresMigrations;
import io.countersign.worker.config.Settings;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * {@code countersign migrate}: brings the record's schema up to date as its owner, where workers
 * may not.
 */
@Command(
    name = "migrate",
    description = "Brings the record's schema up to date with this login; run it as the owner.",
    mixinStandardHelpOptions = true)
final class MigrateCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    try (PostgresDatabase database = new PostgresDatabase(Settings.ofThisProcess().postgres())) {
      new PostgresMigrations(database).migrate();
    }
    System.out.println("The record's schema is up to date.");
    return ExitCode.DONE.number();
  }
}
