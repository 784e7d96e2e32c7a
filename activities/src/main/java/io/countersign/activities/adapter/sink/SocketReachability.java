package io.countersign.activities.adapter.sink;

import io.countersign.activities.port.LogSink;
import io.countersign.activities.port.Reachability;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Reaches a sink by TCP, with TLS and the host's name checked where it is encrypted, and by HEAD
 * where it speaks HTTP: whether the place exists, not whether it takes logs. An answer that denies
 * the caller or the method shows that somebody is there.
 */
public final class SocketReachability implements Reachability {
  private static final int MULTIPLE_CHOICES = 300;
  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int GONE = 410;
  private static final int SERVER_ERROR = 500;

  private final SSLContext tls;
  private final Duration patience;

  /**
   * @param tls whose certificates are believed
   * @param patience to connect, and again to answer
   */
  public SocketReachability(SSLContext tls, Duration patience) {
    this.tls = tls;
    this.patience = patience;
  }

  @Override
  public Reach reach(LogSink sink) {
    try {
      return sink.transport().http() ? head(sink) : connect(sink);
    } catch (IOException e) {
      return reach(e);
    }
  }

  private Reach connect(LogSink sink) throws IOException {
    try (Socket socket = new Socket()) {
      InetSocketAddress address = new InetSocketAddress(bare(sink.host()), sink.port());
      if (address.isUnresolved()) {
        return Reach.UNKNOWN_HOST;
      }
      int millis = (int) patience.toMillis();
      socket.connect(address, millis);
      socket.setSoTimeout(millis);
      if (sink.transport().encrypted()) {
        shake(socket, sink);
      }
      return Reach.REACHED;
    }
  }

  private void shake(Socket socket, LogSink sink) throws IOException {
    try (SSLSocket encrypted =
        (SSLSocket)
            tls.getSocketFactory().createSocket(socket, bare(sink.host()), sink.port(), false)) {
      SSLParameters parameters = encrypted.getSSLParameters();
      // Without this the name in the certificate would not matter.
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      encrypted.setSSLParameters(parameters);
      encrypted.startHandshake();
    }
  }

  private Reach head(LogSink sink) throws IOException {
    HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(patience)
            .sslContext(tls)
            .build();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(sink.toString()))
            .timeout(patience.multipliedBy(2))
            .method("HEAD", HttpRequest.BodyPublishers.noBody())
            .build();
    try {
      int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      if (status >= SERVER_ERROR) {
        return Reach.BROKEN;
      }
      if (status == NOT_FOUND || status == GONE) {
        return Reach.NO_SUCH_PLACE;
      }
      return status >= MULTIPLE_CHOICES && status < BAD_REQUEST ? Reach.REDIRECTS : Reach.REACHED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Reach.SILENT;
    }
  }

  /** The first cause that says something; clients wrap one failure in another. */
  private static Reach reach(IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      Reach reach = known(cause);
      if (reach != null) {
        return reach;
      }
    }
    return Reach.BROKEN;
  }

  private static @Nullable Reach known(Throwable cause) {
    if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
      return Reach.UNKNOWN_HOST;
    }
    if (cause instanceof SocketTimeoutException || cause instanceof HttpTimeoutException) {
      return Reach.SILENT;
    }
    if (cause instanceof SSLException) {
      return Reach.NOT_TRUSTED;
    }
    // Clients throw it for an unknown name as well, with that as its cause.
    boolean refused =
        cause instanceof ConnectException && !(cause.getCause() instanceof ConnectException);
    return refused && !(cause.getCause() instanceof UnresolvedAddressException)
            || cause instanceof NoRouteToHostException
        ? Reach.REFUSED
        : null;
  }

  private static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
