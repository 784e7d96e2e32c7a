package io.countersign.worker.serve;

import io.countersign.worker.config.Settings;
import io.countersign.worker.runtime.Deciding;
import java.util.Optional;

/** The decision point in the worker's own process, or none where no address is set. */
final class DecisionsDoor implements AutoCloseable {
  private final Optional<Deciding> deciding;

  private DecisionsDoor(Optional<Deciding> deciding) {
    this.deciding = deciding;
  }

  static DecisionsDoor open(Settings settings) {
    return new DecisionsDoor(
        settings.decisions().map(decisions -> Deciding.start(settings, decisions)));
  }

  @Override
  public void close() {
    deciding.ifPresent(Deciding::close);
  }
}
