package io.countersign.worker.runtime;

import io.countersign.activities.port.LiveDecisions;
import io.countersign.activities.runtime.DecisionPoint;
import io.countersign.activities.runtime.RuleBook;
import io.countersign.worker.api.ApiSettings;
import io.countersign.worker.api.HttpListener;
import java.time.Clock;
import java.time.Duration;
import org.apache.catalina.startup.Tomcat;

/**
 * The decision point's server. Bounded in every direction: line and headers 16 KiB, bodies 64 KiB
 * within 2 s, 1,000 connections, of which none is kept after a request that proves no workload or
 * while three quarters are open, 48 requests at work of which one workload has 24 at most.
 */
public final class DecisionServer implements AutoCloseable {
  private static final int THREADS = 48;

  /** What the server takes. */
  public static final HttpListener.Bounds BOUNDS =
      new HttpListener.Bounds(
          1_000, THREADS, Duration.ofSeconds(2), Duration.ofSeconds(60), 100_000);

  private final HttpListener listener;

  private DecisionServer(HttpListener listener) {
    this.listener = listener;
  }

  /** Starts listening. */
  public static DecisionServer start(
      ApiSettings settings, RuleBook rules, DecisionPoint point, LiveDecisions live, Clock clock) {
    HttpListener listener = HttpListener.bind(settings, BOUNDS, TextErrors.class);
    DecisionDoor door =
        new DecisionDoor(
            rules,
            point,
            live,
            new Turnstile(THREADS / 2),
            listener.url(),
            listener::crowded,
            clock);
    Tomcat.addServlet(listener.context(), "decisions", door).addMapping("/");
    listener.start();
    return new DecisionServer(listener);
  }

  /** How clients address it. */
  public String url() {
    return listener.url();
  }

  @Override
  public void close() {
    listener.close();
  }
}
