package io.countersign.worker.api;

import io.countersign.activities.adapter.signing.RequestStatements;
import io.countersign.activities.port.GateRules;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.jspecify.annotations.Nullable;

/**
 * The interface's server. Bounded in every direction: line and headers 16 KiB, 100 connections, 10
 * s to send a request, no bodies read.
 */
public final class ApiServer implements AutoCloseable {
  private static final HttpListener.Bounds BOUNDS =
      new HttpListener.Bounds(100, 16, Duration.ofSeconds(10), Duration.ofSeconds(10), 100);

  private final HttpListener listener;

  private ApiServer(HttpListener listener) {
    this.listener = listener;
  }

  /**
   * Starts listening.
   *
   * @param rules who may read, asked for every request
   */
  public static ApiServer start(
      ApiSettings settings, GateRules rules, List<Page> pages, Clock clock) {
    return start(settings, rules, pages, null, clock);
  }

  /**
   * Starts listening, with a codec endpoint.
   *
   * @param codec null for none
   */
  public static ApiServer start(
      ApiSettings settings,
      GateRules rules,
      List<Page> pages,
      @Nullable CodecSettings codec,
      Clock clock) {
    // Bound first: the doorkeeper wants to know the port before the first request.
    HttpListener listener = HttpListener.bind(settings, BOUNDS, PlainErrors.class);
    String url = listener.url();
    Context context = listener.context();
    Doorkeeper doorkeeper = new Doorkeeper(rules, new RequestStatements(), url, clock);
    Tomcat.addServlet(context, "door", new Door(doorkeeper, pages)).addMapping("/");
    if (codec != null) {
      CodecDoor door = new CodecDoor(doorkeeper, codec, url.startsWith("https:"));
      var codecs = Tomcat.addServlet(context, "codec", door);
      codecs.addMapping(CodecDoor.PATH + "/*");
    }
    listener.start();
    return new ApiServer(listener);
  }

  /** How clients address it. */
  public String url() {
    return listener.url();
  }

  /** Stops listening; again is nothing. */
  @Override
  public void close() {
    listener.close();
  }
}
