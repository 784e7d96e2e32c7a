package io.countersign.worker.api;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the interface listens.
 *
 * @param host a name or address of this machine
 * @param port 0 for a free one
 * @param url how clients address it, when a proxy stands before it: scheme, host and port
 * @param certificate PEM chain, with {@code key}; without them the interface does not encrypt
 * @param key PEM PKCS#8 key
 */
public record ApiSettings(
    String host, int port, @Nullable String url, @Nullable Path certificate, @Nullable Path key) {
  private static final int LAST_PORT = 65_535;

  public ApiSettings {
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException("api: a certificate and its key go together");
    }
  }

  /** Reads {@code host:port}; an IPv6 address stands in brackets. */
  public static ApiSettings of(
      String address, @Nullable String url, @Nullable Path certificate, @Nullable Path key) {
    int colon = address.lastIndexOf(':');
    String host = address.substring(0, colon);
    int port = Integer.parseInt(address.substring(colon + 1));
    if (port > LAST_PORT) {
      throw new IllegalArgumentException("api: port: allowed is 0 to " + LAST_PORT);
    }
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return new ApiSettings(bare, port, url, certificate, key);
  }

  /** Scheme, host and port, as signed requests name them. */
  public static URI requireUrl(String text) {
    URI url = URI.create(text);
    boolean bare =
        url.getHost() != null
            && text.equals(url.getScheme() + "://" + url.getRawAuthority())
            && url.getUserInfo() == null;
    if (!bare || !List.of("http", "https").contains(url.getScheme())) {
      throw new IllegalArgumentException("url: allowed is http(s)://host:port without a path");
    }
    return url;
  }

  /** Whether it encrypts. */
  public boolean tls() {
    return certificate != null;
  }
}
