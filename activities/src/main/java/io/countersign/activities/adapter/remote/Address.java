package io.countersign.activities.adapter.remote;

import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An address that means one place only. Refused: every scheme but https (http to this machine is
 * for tests and local engines), user information, query and fragment, a host that is not plain
 * ASCII, {@code .} and {@code ..}, empty parts, and per cent encodings of dot, slash or backslash,
 * which servers and caches read in different ways. Source: RFC 3986, sections 3 and 6.2.2.
 *
 * @param query what is asked at the place, encoded; never from a manifest, and never shown, because
 *     a redirect's may hold a signature
 */
public record Address(URI uri, @Nullable String query) {
  private static final Pattern HOST = Pattern.compile("[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?");
  private static final Pattern PATH = Pattern.compile("(?:/[A-Za-z0-9._~!$&'()*+,;=:@%-]+)*/?");
  private static final Pattern HIDDEN =
      Pattern.compile("%(?![0-9A-Fa-f]{2})|%(?:2[EFef]|5[Cc]|[01])");
  private static final Set<String> HERE = Set.of("127.0.0.1", "localhost");

  public Address {
    String host = uri.getHost();
    boolean known = "https".equals(uri.getScheme()) || isHere(uri);
    if (!known || host == null || !HOST.matcher(host).matches()) {
      throw refused("found another scheme or no host");
    }
    if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw refused("found user information, a query or a fragment");
    }
    String path = uri.getRawPath();
    boolean dots = path.matches("(?s).*/\\.{1,2}(/.*|$)");
    if (!PATH.matcher(path).matches() || HIDDEN.matcher(path).find() || dots) {
      throw refused("found a path with parts that mean another place");
    }
  }

  /** An address without a query. */
  public Address(URI uri) {
    this(uri, null);
  }

  /** This place, asked this; names and values are encoded here. */
  Address asking(Map<String, String> parameters) {
    return new Address(
        uri,
        parameters.entrySet().stream()
            .map(e -> encoded(e.getKey()) + "=" + encoded(e.getValue()))
            .collect(Collectors.joining("&")));
  }

  /**
   * The place below this one, which has no slash at its end; every segment of the path is encoded
   * here.
   */
  static Address below(String top, String path) {
    return parse(
        top
            + "/"
            + Arrays.stream(path.split("/", -1))
                .map(Address::encoded)
                .collect(Collectors.joining("/")));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Where a server says that its answer is; an {@link IllegalArgumentException} when nowhere. */
  Address redirect(String location) {
    URI target = uri.resolve(location);
    String text = target.toString();
    int mark = text.indexOf('?');
    return mark < 0
        ? parse(text)
        : new Address(parse(text.substring(0, mark)).uri(), text.substring(mark + 1));
  }

  /** What is really asked for. */
  URL url() throws MalformedURLException {
    return URI.create(query == null ? uri.toString() : uri + "?" + query).toURL();
  }

  /** The last part of the path. */
  String name() {
    String path = uri.getRawPath();
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Reads an address; an {@link IllegalArgumentException} says what was found. */
  public static Address parse(String text) {
    try {
      URI uri = new URI(text);
      String host = uri.getHost();
      if (host != null && !host.equals(host.toLowerCase(Locale.ROOT))) {
        throw refused("found a host with capitals");
      }
      return new Address(uri);
    } catch (URISyntaxException e) {
      throw refused("found no URI");
    }
  }

  private static boolean isHere(URI uri) {
    return "http".equals(uri.getScheme()) && HERE.contains(String.valueOf(uri.getHost()));
  }

  private static IllegalArgumentException refused(String found) {
    return new IllegalArgumentException(
        found + "; allowed is https://host/path without '..', query and user information");
  }

  /** Whether this lies below the other, which ends with a slash. */
  boolean below(Address prefix) {
    return uri.getScheme().equals(prefix.uri.getScheme())
        && uri.getHost().equals(prefix.uri.getHost())
        && port() == prefix.port()
        && prefix.uri.getRawPath().endsWith("/")
        && uri.getRawPath().startsWith(prefix.uri.getRawPath())
        && uri.getRawPath().length() > prefix.uri.getRawPath().length();
  }

  private int port() {
    return uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().equals("https") ? 443 : 80;
  }

  @Override
  public String toString() {
    return uri.toString();
  }
}
