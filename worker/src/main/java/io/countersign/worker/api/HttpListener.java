package io.countersign.worker.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.AbstractProtocol;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;

/** An embedded Tomcat that is bounded in every direction: line and headers 16 KiB at most. */
public final class HttpListener implements AutoCloseable {
  /** Tomcat's own, which tells of every start and stop. Held, or it would be forgotten. */
  private static final Logger LOG = Logger.getLogger("org.apache");

  private static final int HEADERS = 16 * 1024;

  private final Tomcat tomcat;
  private final Path home;
  private final String url;
  private final Context context;
  private final Connector connector;
  private boolean closed;

  /**
   * What a server takes.
   *
   * @param patience how long nothing may come of a request before its connection is given up
   * @param idle how long nothing may come between two requests
   * @param requests of one connection
   */
  public record Bounds(
      int connections, int threads, Duration patience, Duration idle, int requests) {}

  private HttpListener(Tomcat tomcat, Path home, String url, Context context, Connector connector) {
    this.tomcat = tomcat;
    this.home = home;
    this.url = url;
    this.context = context;
    this.connector = connector;
  }

  /**
   * Binds the address; nothing is answered before {@link #start}.
   *
   * @param errors says what the server itself refuses
   */
  public static HttpListener bind(
      ApiSettings settings, Bounds bounds, Class<? extends ErrorReportValve> errors) {
    Path home = directory();
    try {
      Tomcat tomcat = new Tomcat();
      tomcat.setBaseDir(home.toString());
      Connector connector = connector(settings, bounds);
      tomcat.setConnector(connector);
      ((StandardHost) tomcat.getHost()).setErrorReportValveClass(errors.getName());
      Context context = tomcat.addContext("", home.toString());
      context.setParentClassLoader(HttpListener.class.getClassLoader());
      keepQuiet((StandardContext) context);
      tomcat.init();
      return new HttpListener(tomcat, home, url(settings, connector), context, connector);
    } catch (LifecycleException e) {
      remove(home);
      throw cannot(settings, e);
    }
  }

  private static IllegalStateException cannot(ApiSettings settings, LifecycleException cause) {
    return new IllegalStateException(
        "the HTTP interface cannot listen on " + settings.host() + ":" + settings.port(), cause);
  }

  private static Path directory() {
    try {
      return Files.createTempDirectory("countersign-api");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where servlets belong. */
  public Context context() {
    return context;
  }

  /** How clients address it. */
  public String url() {
    return url;
  }

  /** Whether so many connections are open that none should be kept without need. */
  public boolean crowded() {
    return connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol
        && protocol.getConnectionCount() > protocol.getMaxConnections() * 3L / 4;
  }

  /** Begins to answer. */
  public void start() {
    try {
      tomcat.start();
    } catch (LifecycleException e) {
      remove(home);
      throw new IllegalStateException("the HTTP interface cannot answer at " + url, e);
    }
  }

  /** Stops listening; again is nothing. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      tomcat.stop();
      tomcat.destroy();
      remove(home);
    } catch (LifecycleException e) {
      throw new IllegalStateException("the HTTP interface did not stop", e);
    }
  }

  /** The empty directories that Tomcat wants to have. */
  private static void remove(Path home) {
    try (Stream<Path> paths = Files.walk(home)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** There is one application in this process, and nothing of it is unloaded. */
  private static void keepQuiet(StandardContext context) {
    context.setClearReferencesRmiTargets(false);
    context.setClearReferencesThreadLocals(false);
    LOG.setLevel(Level.WARNING);
  }

  private static Connector connector(ApiSettings settings, Bounds bounds) {
    Connector connector = new Connector("org.apache.coyote.http11.Http11NioProtocol");
    connector.setPort(settings.port());
    connector.setXpoweredBy(false);
    connector.setAllowTrace(false);
    connector.setMaxPostSize(0);
    connector.setProperty("address", settings.host());
    AbstractHttp11Protocol<?> protocol = (AbstractHttp11Protocol<?>) connector.getProtocolHandler();
    protocol.setMaxHttpRequestHeaderSize(HEADERS);
    protocol.setMaxConnections(bounds.connections());
    protocol.setAcceptCount(100);
    protocol.setMaxThreads(bounds.threads());
    protocol.setMinSpareThreads(1);
    int patience = Math.toIntExact(bounds.patience().toMillis());
    protocol.setConnectionTimeout(patience);
    protocol.setKeepAliveTimeout(Math.toIntExact(bounds.idle().toMillis()));
    protocol.setMaxKeepAliveRequests(bounds.requests());
    protocol.setMaxSwallowSize(0);
    if (settings.tls()) {
      connector.setScheme("https");
      connector.setSecure(true);
      protocol.setSSLEnabled(true);
      protocol.addSslHostConfig(tls(settings));
    }
    return connector;
  }

  private static SSLHostConfig tls(ApiSettings settings) {
    SSLHostConfig tls = new SSLHostConfig();
    tls.setProtocols("TLSv1.2+TLSv1.3");
    SSLHostConfigCertificate pair =
        new SSLHostConfigCertificate(tls, SSLHostConfigCertificate.Type.UNDEFINED);
    pair.setCertificateFile(Objects.requireNonNull(settings.certificate()).toString());
    pair.setCertificateKeyFile(Objects.requireNonNull(settings.key()).toString());
    tls.addCertificate(pair);
    return tls;
  }

  private static String url(ApiSettings settings, Connector connector) {
    String given = settings.url();
    if (given != null) {
      return given;
    }
    String host = settings.host().toLowerCase(Locale.ROOT);
    return (settings.tls() ? "https://" : "http://")
        + (host.contains(":") ? "[" + host + "]" : host)
        + ":"
        + connector.getLocalPort();
  }
}
