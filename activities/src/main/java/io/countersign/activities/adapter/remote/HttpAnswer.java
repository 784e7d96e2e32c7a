package io.countersign.activities.adapter.remote;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One answer of a server; its body is read as a stream. */
final class HttpAnswer implements AutoCloseable {
  private static final Pattern RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");
  private final HttpURLConnection connection;
  private final int status;

  HttpAnswer(HttpURLConnection connection, int status) {
    this.connection = connection;
    this.status = status;
  }

  int status() {
    return status;
  }

  @Nullable String header(String name) {
    return connection.getHeaderField(name);
  }

  /** Whether the body is a part of the resource. */
  boolean partial() {
    return status == HttpURLConnection.HTTP_PARTIAL;
  }

  /** Bytes of this body; negative when the server does not say. */
  long length() {
    return connection.getContentLengthLong();
  }

  /**
   * Whether the end of the body can be told from a connection that broke, and in one way only (RFC
   * 9112, section 6.3).
   */
  boolean bounded() {
    boolean chunked = "chunked".equalsIgnoreCase(header("Transfer-Encoding"));
    long lengths =
        connection.getHeaderFields().entrySet().stream()
            .filter(field -> "Content-Length".equalsIgnoreCase(field.getKey()))
            .mapToLong(field -> field.getValue().size())
            .sum();
    return chunked ? lengths == 0 : lengths == 1 && length() >= 0;
  }

  /** Whether the bytes are those of the resource and not packed for the way. */
  boolean plain() {
    String encoding = header("Content-Encoding");
    return encoding == null || encoding.isBlank() || encoding.equalsIgnoreCase("identity");
  }

  /** A strong entity tag, by which a later request can ask for the rest of the same bytes. */
  Optional<String> validator() {
    return Optional.ofNullable(header("ETag"))
        .filter(tag -> tag.length() > 2 && tag.startsWith("\"") && tag.endsWith("\""));
  }

  /** Whether it is the rest from this byte on of that many bytes; RFC 9110, section 14.4. */
  boolean continues(long from, long total) {
    Matcher range = RANGE.matcher(String.valueOf(header("Content-Range")));
    return partial()
        && range.matches()
        && Long.parseLong(range.group(1)) == from
        && (total < 0 || Long.parseLong(range.group(3)) == total)
        && Long.parseLong(range.group(2)) + 1 == Long.parseLong(range.group(3));
  }

  InputStream body() throws IOException {
    return connection.getInputStream();
  }

  /** Ends the connection: a body that nobody wants is not drained. */
  @Override
  public void close() {
    connection.disconnect();
  }
}
