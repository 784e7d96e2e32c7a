package io.countersign.policy;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where a URL leads, after RFC 3986: scheme, host and port. Refused is everything that two readers
 * could take for two hosts: no host, user information, an authority that is not of a host and a
 * port.
 *
 * @param host in lower case, without a dot at the end
 * @param port -1 where the scheme's own applies and is not known here
 */
public record Endpoint(String scheme, String host, int port) {
  private static final Map<String, Integer> PORTS =
      Map.of("https", 443, "wss", 443, "grpcs", 443, "http", 80, "ws", 80);

  /** Reads a URL; empty when it is refused. */
  public static Optional<Endpoint> parse(String url) {
    try {
      URI uri = new URI(url);
      String host = uri.getHost();
      if (host == null || uri.getScheme() == null || uri.getRawUserInfo() != null) {
        return Optional.empty();
      }
      String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
      String name = host.toLowerCase(Locale.ROOT);
      int port = uri.getPort() == -1 ? PORTS.getOrDefault(scheme, -1) : uri.getPort();
      return Optional.of(
          new Endpoint(
              scheme, name.endsWith(".") ? name.substring(0, name.length() - 1) : name, port));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  /** Whether it is at this host, written with a port or, for the scheme's own, without. */
  public boolean isAt(String place) {
    boolean own = port == -1 || port == PORTS.getOrDefault(scheme, -1);
    return place.equals(host + ":" + port) || own && place.equals(host);
  }

  @Override
  public String toString() {
    return scheme + "://" + host + (port == -1 ? "" : ":" + port);
  }
}
