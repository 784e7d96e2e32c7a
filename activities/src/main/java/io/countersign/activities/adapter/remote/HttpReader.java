package io.countersign.activities.adapter.remote;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server once. Redirects are not followed here: whoever asks must look where they lead. It
 * is the platform's URL connection, because that one has a limit for the time between two bytes.
 */
public final class HttpReader {
  private final @Nullable SSLContext tls;

  /**
   * @param tls whom to believe; null for what the platform trusts
   */
  public HttpReader(@Nullable SSLContext tls) {
    this.tls = tls;
  }

  HttpAnswer get(Address address, Map<String, String> headers, Bounds bounds) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) address.url().openConnection();
    if (tls != null && connection instanceof HttpsURLConnection secure) {
      secure.setSSLSocketFactory(tls.getSocketFactory());
    }
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setConnectTimeout(millis(bounds.connect()));
    connection.setReadTimeout(millis(bounds.idle()));
    connection.setRequestProperty("Accept", "*/*");
    connection.setRequestProperty("Accept-Encoding", "identity");
    connection.setRequestProperty("User-Agent", "countersign");
    headers.forEach(connection::setRequestProperty);
    try {
      return new HttpAnswer(connection, connection.getResponseCode());
    } catch (IOException | RuntimeException e) {
      connection.disconnect();
      throw e;
    }
  }

  private static int millis(Duration time) {
    return Math.toIntExact(time.toMillis());
  }
}
