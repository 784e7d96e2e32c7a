package io.countersign.activities.adapter.vault;

import io.countersign.activities.port.SecretText;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.github.jopenlibs.vault.EnvironmentLoader;
import io.github.jopenlibs.vault.SslConfig;
import io.github.jopenlibs.vault.Vault;
import io.github.jopenlibs.vault.VaultConfig;
import io.github.jopenlibs.vault.VaultException;
import java.net.http.HttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Makes drivers for one server that share one HTTP client. Switches off what the driver would do by
 * itself: key-value version 2 paths, retries, settings from the environment (which could switch TLS
 * verification off), tokens from a home directory.
 */
final class VaultDriver {
  private static final int KEY_VALUE_VERSION = 1;

  private final VaultSettings settings;
  private final SslConfig tls;
  private final HttpClient http;

  VaultDriver(VaultSettings settings) {
    this.settings = settings;
    try {
      SslConfig trust = new SslConfig().verify(true);
      this.tls =
          (settings.caPem() == null ? trust : trust.pemFile(settings.caPem().toFile())).build();
    } catch (VaultException e) {
      throw new GateException(
          FailureType.VAULT_UNAVAILABLE,
          "the certificates to trust cannot be read: " + settings.caPem());
    }
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(settings.openTimeout());
    if (tls.getSslContext() != null) {
      builder.sslContext(tls.getSslContext());
    }
    this.http = builder.build();
  }

  Vault anonymous() {
    return vault(null);
  }

  Vault with(SecretText token) {
    return vault(token);
  }

  /**
   * What a failure without a usable answer becomes. Its message is dropped: it may hold a response
   * body.
   */
  static GateException unavailable(String what, VaultException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
    }
    int status = e.getHttpStatusCode();
    return new GateException(
        FailureType.VAULT_UNAVAILABLE,
        what + (status == 0 ? " got no answer" : " answered " + status));
  }

  private Vault vault(@Nullable SecretText token) {
    try {
      VaultConfig config =
          new VaultConfig()
              .environmentLoader(new NoEnvironment())
              .engineVersion(KEY_VALUE_VERSION)
              .address(settings.address().toString().replaceAll("/+$", ""))
              .openTimeout((int) settings.openTimeout().toSeconds())
              .readTimeout((int) settings.readTimeout().toSeconds())
              .sslConfig(tls)
              .httpClient(http);
      if (token != null) {
        config.token(token.reveal());
      }
      if (settings.namespace() != null) {
        config.nameSpace(settings.namespace());
      }
      return Vault.create(config.build()).withRetries(0, 0);
    } catch (VaultException e) {
      throw new GateException(FailureType.INTERNAL, "the Vault driver refuses its settings");
    }
  }

  private static final class NoEnvironment extends EnvironmentLoader {
    private static final long serialVersionUID = 1L;

    @Override
    public @Nullable String loadVariable(String name) {
      return null;
    }
  }
}
