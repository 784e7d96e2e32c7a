package io.countersign.activities.adapter.signing;

import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;

/**
 * Fetches the key set of an issuer. Follows no redirect: the keys come from the address that the
 * policy owners signed, or not at all.
 */
final class IssuerKeyFetch extends DefaultResourceRetriever {
  private static final int TIMEOUT_MILLIS = 5_000;

  private IssuerKeyFetch(int limit) {
    super(TIMEOUT_MILLIS, TIMEOUT_MILLIS, limit);
  }

  static String text(URI address, int limit) throws IOException {
    return new IssuerKeyFetch(limit).retrieveResource(address.toURL()).getContent();
  }

  @Override
  protected HttpURLConnection openHTTPConnection(URL url) throws IOException {
    HttpURLConnection connection = super.openHTTPConnection(url);
    connection.setInstanceFollowRedirects(false);
    return connection;
  }
}
