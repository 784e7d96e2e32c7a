package io.countersign.activities.port;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where a workload sends its log: {@code https://host[:port][/path]} or {@code
 * syslog+tls://host[:port]} (RFC 5425, port 6514); on this machine alone also {@code
 * http://127.0.0.1:port[/path]} and {@code tcp://127.0.0.1:port}. Two that mean the same are equal.
 *
 * <p>Refused: every other scheme, plain text to another machine, a user, a query, a fragment, dots
 * and escapes in the path.
 */
public record LogSink(Transport transport, String host, int port, String path) {
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");
  private static final Pattern HOST =
      Pattern.compile("[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\\[[0-9a-f:.]{2,45}]");
  private static final Pattern PATH = Pattern.compile("(?!.*//)(?!.*/\\.)/[A-Za-z0-9._~/-]{0,512}");
  private static final int HIGHEST = 65_535;

  /** How it is spoken to. */
  public enum Transport {
    HTTPS("https", 443, true),
    SYSLOG_TLS("syslog+tls", 6514, true),
    HTTP("http", 80, false),
    TCP("tcp", 0, false);

    private final String scheme;
    private final int usualPort;
    private final boolean encrypted;

    Transport(String scheme, int usualPort, boolean encrypted) {
      this.scheme = scheme;
      this.usualPort = usualPort;
      this.encrypted = encrypted;
    }

    public boolean encrypted() {
      return encrypted;
    }

    /** Whether requests are made, with paths and answers. */
    public boolean http() {
      return this == HTTPS || this == HTTP;
    }
  }

  public LogSink {
    if (!HOST.matcher(host).matches() || port < 1 || port > HIGHEST) {
      throw refused("host or port");
    }
    if (transport.http() ? !PATH.matcher(path).matches() : !path.isEmpty()) {
      throw refused("path");
    }
    if (!transport.encrypted() && !LOOPBACK.contains(host)) {
      throw refused("plain text to another machine");
    }
  }

  /** Reads an address; an {@link IllegalArgumentException} says what was found and allowed. */
  public static LogSink parse(String text) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw refused("no address");
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    Transport transport =
        Arrays.stream(Transport.values())
            .filter(known -> known.scheme.equals(scheme))
            .findFirst()
            .orElseThrow(() -> refused("another scheme"));
    if (uri.getHost() == null
        || uri.getRawUserInfo() != null
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null) {
      throw refused("no host, or a user, query or fragment");
    }
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    return new LogSink(
        transport,
        uri.getHost().toLowerCase(Locale.ROOT),
        uri.getPort() < 0 ? transport.usualPort : uri.getPort(),
        transport.http() && path.isEmpty() ? "/" : path);
  }

  private static IllegalArgumentException refused(String found) {
    return new IllegalArgumentException(
        "found "
            + found
            + ", allowed is https://host[:port][/path] or syslog+tls://host[:port], and on this"
            + " machine http://127.0.0.1:port or tcp://127.0.0.1:port");
  }

  /** In the form that {@link #parse} reads, with the port. */
  @Override
  public String toString() {
    return transport.scheme + "://" + host + ":" + port + path;
  }
}
