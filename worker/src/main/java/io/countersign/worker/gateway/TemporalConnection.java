package io.countersign.worker.gateway;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where Temporal is and how a client proves itself to it. Secrets are files.
 *
 * @param address {@code host:port}
 * @param tls whether to encrypt; with {@code ca}, {@code certificate} or {@code apiKey} always
 * @param ca PEM certificates to trust instead of the platform's
 * @param certificate PEM chain of the client, with {@code key}
 * @param key PEM PKCS#8 key of the client
 * @param apiKey file of the API key; read for every call, so that a rotated key is taken up
 */
public record TemporalConnection(
    String address,
    String namespace,
    boolean tls,
    @Nullable Path ca,
    @Nullable Path certificate,
    @Nullable Path key,
    @Nullable Path apiKey) {
  public TemporalConnection {
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException("temporal: a client certificate and its key go together");
    }
    tls = tls || ca != null || certificate != null || apiKey != null;
  }

  /** Without encryption, in the namespace {@code default}: for a server on this machine. */
  public static TemporalConnection local(String address) {
    return new TemporalConnection(address, "default", false, null, null, null, null);
  }
}
