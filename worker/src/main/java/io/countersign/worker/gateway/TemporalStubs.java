package io.countersign.worker.gateway;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.temporal.serviceclient.RpcRetryOptions;
import io.temporal.serviceclient.ServiceStubsOptions;
import io.temporal.serviceclient.SimpleSslContextBuilder;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Opens connections to Temporal. */
public final class TemporalStubs {
  private static final Duration ATTEMPT = Duration.ofSeconds(5);
  private static final Duration GREETING = Duration.ofSeconds(3);

  private TemporalStubs() {}

  /**
   * A connection that is made at its first use. Fails with TEMPORAL_UNAVAILABLE when a file that it
   * needs cannot be read.
   *
   * @param patience how long one call is tried again while the server is away
   */
  public static WorkflowServiceStubs open(TemporalConnection connection, Duration patience) {
    WorkflowServiceStubsOptions.Builder options =
        WorkflowServiceStubsOptions.newBuilder()
            .setTarget(connection.address())
            .setRpcTimeout(ATTEMPT)
            .setSystemInfoTimeout(GREETING)
            .setRpcRetryOptions(RpcRetryOptions.newBuilder().setExpiration(patience).build());
    return WorkflowServiceStubs.newServiceStubs(secured(options, connection).build());
  }

  /** Proves this process to the server and the server to it, as the connection says. */
  public static <B extends ServiceStubsOptions.Builder<B>> B secured(
      B options, TemporalConnection connection) {
    Path apiKey = connection.apiKey();
    if (apiKey != null) {
      readApiKey(apiKey);
      options.addApiKey(() -> readApiKey(apiKey));
    }
    if (connection.ca() != null || connection.certificate() != null) {
      options.setSslContext(ssl(connection));
    } else {
      options.setEnableHttps(connection.tls());
    }
    return options;
  }

  private static String readApiKey(Path file) {
    try {
      String key = Files.readString(file).strip();
      if (!key.isEmpty()) {
        return key;
      }
    } catch (IOException e) {
      throw unusable(file, "the API key", e);
    }
    throw unusable(file, "the API key", null);
  }

  private static SslContext ssl(TemporalConnection connection) {
    SimpleSslContextBuilder builder = SimpleSslContextBuilder.noKeyOrCertChain();
    Path certificate = connection.certificate();
    Path key = connection.key();
    if (certificate != null && key != null) {
      try (InputStream chain = Files.newInputStream(certificate);
          InputStream secret = Files.newInputStream(key)) {
        return trusting(SimpleSslContextBuilder.forPKCS8(chain, secret), connection.ca()).build();
      } catch (IOException | IllegalArgumentException e) {
        throw unusable(certificate, "the client certificate or its key", e);
      }
    }
    try {
      return trusting(builder, connection.ca()).build();
    } catch (IOException e) {
      throw unusable(connection.ca(), "the certificates", e);
    }
  }

  private static SimpleSslContextBuilder trusting(
      SimpleSslContextBuilder builder, @Nullable Path ca) {
    return ca == null ? builder : builder.setTrustManager(trusted(ca));
  }

  private static TrustManager trusted(Path ca) {
    try (InputStream pem = Files.newInputStream(ca)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int count = 0;
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        store.setCertificateEntry("ca" + count++, certificate);
      }
      if (count == 0) {
        throw unusable(ca, "the certificates", null);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory.getTrustManagers()[0];
    } catch (IOException | GeneralSecurityException e) {
      throw unusable(ca, "the certificates", e);
    }
  }

  private static GateException unusable(
      @Nullable Path file, String what, @Nullable Exception cause) {
    String detail = file + ": " + what + " cannot be read";
    return cause == null
        ? new GateException(FailureType.TEMPORAL_UNAVAILABLE, detail)
        : new GateException(FailureType.TEMPORAL_UNAVAILABLE, detail, cause);
  }
}
