package io.countersign.worker.api;

import io.countersign.activities.adapter.signing.RequestStatements;
import io.countersign.activities.port.GateRules;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
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
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.jspecify.annotations.Nullable;

/**
 * The interface's server. Bounded in every direction: line and headers 16 KiB, 100 connections, 10
 * s to send a request, no bodies read.
 */
public final class ApiServer implements AutoCloseable {
  /** Tomcat's own, which tells of every start and stop. Held, or it would be forgotten. */
  private static final Logger LOG = Logger.getLogger("org.apache");

  private static final int HEADERS = 16 * 1024;
  private static final int CONNECTIONS = 100;
  private static final int THREADS = 16;
  private static final int PATIENCE_MILLIS = 10_000;

  private final Tomcat tomcat;
  private final Path home;
  private final String url;
  private boolean closed;

  private ApiServer(Tomcat tomcat, Path home, String url) {
    this.tomcat = tomcat;
    this.home = home;
    this.url = url;
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
    Path home = directory();
    try {
      Tomcat tomcat = new Tomcat();
      tomcat.setBaseDir(home.toString());
      Connector connector = connector(settings);
      tomcat.setConnector(connector);
      ((StandardHost) tomcat.getHost()).setErrorReportValveClass(PlainErrors.class.getName());
      Context context = tomcat.addContext("", home.toString());
      context.setParentClassLoader(ApiServer.class.getClassLoader());
      keepQuiet((StandardContext) context);
      // Binds: the doorkeeper wants to know the port before the first request.
      tomcat.init();
      String url = url(settings, connector);
      Doorkeeper doorkeeper = new Doorkeeper(rules, new RequestStatements(), url, clock);
      Tomcat.addServlet(context, "door", new Door(doorkeeper, pages)).addMapping("/");
      if (codec != null) {
        CodecDoor door = new CodecDoor(doorkeeper, codec, url.startsWith("https:"));
        var codecs = Tomcat.addServlet(context, "codec", door);
        codecs.addMapping(CodecDoor.PATH + "/*");
      }
      tomcat.start();
      return new ApiServer(tomcat, home, url);
    } catch (LifecycleException e) {
      remove(home);
      throw new IllegalStateException(
          "the HTTP interface cannot listen on " + settings.host() + ":" + settings.port(), e);
    }
  }

  private static Path directory() {
    try {
      return Files.createTempDirectory("countersign-api");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How clients address it. */
  public String url() {
    return url;
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

  private static Connector connector(ApiSettings settings) {
    Connector connector = new Connector("org.apache.coyote.http11.Http11NioProtocol");
    connector.setPort(settings.port());
    connector.setXpoweredBy(false);
    connector.setAllowTrace(false);
    connector.setMaxPostSize(0);
    connector.setProperty("address", settings.host());
    AbstractHttp11Protocol<?> protocol = (AbstractHttp11Protocol<?>) connector.getProtocolHandler();
    protocol.setMaxHttpRequestHeaderSize(HEADERS);
    protocol.setMaxConnections(CONNECTIONS);
    protocol.setAcceptCount(CONNECTIONS);
    protocol.setMaxThreads(THREADS);
    protocol.setMinSpareThreads(1);
    protocol.setConnectionTimeout(PATIENCE_MILLIS);
    protocol.setKeepAliveTimeout(PATIENCE_MILLIS);
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
