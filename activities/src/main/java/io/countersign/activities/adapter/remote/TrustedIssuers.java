package io.countersign.activities.adapter.remote;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whose certificates of servers are believed: the platform's issuers and those of one file. */
public final class TrustedIssuers {
  private TrustedIssuers() {}

  /** From a file of PEM certificates; SOURCE_UNAVAILABLE when it holds none. */
  public static SSLContext and(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      List<Certificate> issuers =
          new ArrayList<>(CertificateFactory.getInstance("X.509").generateCertificates(in));
      if (issuers.isEmpty()) {
        throw new GateException(
            FailureType.SOURCE_UNAVAILABLE, file + ": found no certificate, allowed are PEM ones");
      }
      for (TrustManager manager : managers(null)) {
        if (manager instanceof X509TrustManager platform) {
          issuers.addAll(Arrays.asList(platform.getAcceptedIssuers()));
        }
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < issuers.size(); i++) {
        store.setCertificateEntry("issuer-" + i, issuers.get(i));
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers(store), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new GateException(
          FailureType.SOURCE_UNAVAILABLE, file + ": cannot be read as PEM certificates", e);
    }
  }

  private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }
}
