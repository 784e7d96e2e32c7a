package io.countersign.worker.serve;

import io.countersign.worker.config.Settings;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * A worker that serves until it is closed. Keeps Spring out of the sight of those who start one.
 */
public final class Serving implements AutoCloseable {
  private final ConfigurableApplicationContext context;

  private Serving(ConfigurableApplicationContext context) {
    this.context = context;
  }

  /** Starts a worker; it polls when this returns. */
  public static Serving start(Settings settings) {
    return new Serving(ServeApplication.start(settings));
  }

  @Override
  public void close() {
    context.close();
  }
}
