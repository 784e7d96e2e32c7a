package io.countersign.worker.engine;

import io.countersign.activities.engine.EngineBinaries;
import io.countersign.activities.engine.LocalPostgres;
import io.countersign.activities.engine.LogReceiver;
import io.countersign.activities.engine.TemporalServer;
import io.countersign.activities.engine.TimeStampServer;
import io.countersign.activities.engine.VaultServer;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Temporal, Vault or OpenBao, PostgreSQL, a log sink and a time-stamp authority on this machine,
 * with their data in one directory.
 */
public final class LocalEngines implements AutoCloseable {
  private final TemporalServer temporal;
  private final VaultServer vault;
  private final LocalPostgres postgres;
  private final LogReceiver logs;
  private final Optional<TimeStampServer> timeStamps;

  private LocalEngines(
      TemporalServer temporal,
      VaultServer vault,
      LocalPostgres postgres,
      LogReceiver logs,
      Optional<TimeStampServer> timeStamps) {
    this.temporal = temporal;
    this.vault = vault;
    this.postgres = postgres;
    this.logs = logs;
    this.timeStamps = timeStamps;
  }

  /** Whether both programs are there; PostgreSQL comes with the class path. */
  public static boolean available(EngineBinaries binaries) {
    return binaries.temporal().isPresent() && binaries.vault().isPresent();
  }

  /**
   * Starts all of them and waits until they answer.
   *
   * @param ui whether the Temporal UI is served too
   */
  public static LocalEngines start(EngineBinaries binaries, Path directory, boolean ui) {
    Path temporalProgram =
        require(binaries.temporal(), FailureType.TEMPORAL_UNAVAILABLE, "temporal");
    Path vaultProgram = require(binaries.vault(), FailureType.VAULT_UNAVAILABLE, "vault or bao");
    LocalPostgres postgres = LocalPostgres.start(directory.resolve("postgres"));
    VaultServer vault = VaultServer.start(vaultProgram, directory.resolve("vault"));
    TemporalServer temporal =
        TemporalServer.start(temporalProgram, directory.resolve("temporal"), ui);
    LogReceiver logs = LogReceiver.start(directory.resolve("logs"));
    Optional<TimeStampServer> timeStamps =
        TimeStampServer.available()
            ? Optional.of(TimeStampServer.start(directory.resolve("time-stamps")))
            : Optional.empty();
    return new LocalEngines(temporal, vault, postgres, logs, timeStamps);
  }

  public TemporalServer temporal() {
    return temporal;
  }

  public VaultServer vault() {
    return vault;
  }

  public LocalPostgres postgres() {
    return postgres;
  }

  /** Where workloads on this machine send their logs. */
  public LogReceiver logs() {
    return logs;
  }

  /** A time-stamp authority, where the machine has OpenSSL. */
  public Optional<TimeStampServer> timeStamps() {
    return timeStamps;
  }

  /** Stops what this object started. */
  @Override
  public void close() {
    timeStamps.ifPresent(TimeStampServer::close);
    logs.close();
    temporal.close();
    vault.close();
    postgres.close();
  }

  private static Path require(Optional<Path> program, FailureType type, String name) {
    return program.orElseThrow(
        () ->
            new GateException(
                type, name + ": not on PATH and not installed; engines/install installs it"));
  }
}
