package io.countersign.activities.adapter.signing;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The public keys of one CI issuer, from a file or from its JWKS address; nothing that a token says
 * selects them.
 */
final class CiIssuerKeys {
  private static final int SIZE_LIMIT = 256 * 1024;
  private static final int TIMEOUT_MILLIS = 5_000;
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private final String rule;
  private final JWKSource<SecurityContext> source;

  private CiIssuerKeys(String rule, JWKSource<SecurityContext> source) {
    this.rule = rule;
    this.source = source;
  }

  /** Opens the source that a rule names; a bad setting is INVALID_GATE_POLICY. */
  static CiIssuerKeys of(GatePolicy.CiRule rule, Path directory) {
    String file = rule.jwks();
    String address = rule.jwksUrl();
    if ((file == null) == (address == null)) {
      throw invalid(rule, "exactly one of jwks and jwksUrl is required");
    }
    return new CiIssuerKeys(
        rule.name(),
        file != null
            ? fromFile(rule, directory.resolve(file))
            : fromAddress(rule, URI.create(address)));
  }

  List<JWK> matching(JWKSelector selector) {
    try {
      return source.get(selector, null);
    } catch (KeySourceException e) {
      throw new GateException(
          FailureType.SOURCE_UNAVAILABLE,
          "CI rule " + rule + ": the issuer's keys are out of reach",
          e);
    }
  }

  private static JWKSource<SecurityContext> fromFile(GatePolicy.CiRule rule, Path file) {
    try (InputStream stream = Files.newInputStream(file)) {
      byte[] bytes = stream.readNBytes(SIZE_LIMIT + 1);
      if (bytes.length > SIZE_LIMIT) {
        throw invalid(rule, "jwks is larger than " + SIZE_LIMIT + " bytes");
      }
      JWKSet keys = JWKSet.parse(new String(bytes, StandardCharsets.UTF_8));
      if (keys.getKeys().isEmpty()) {
        throw invalid(rule, "jwks holds no key");
      }
      return new ImmutableJWKSet<>(keys.toPublicJWKSet());
    } catch (IOException | ParseException e) {
      throw invalid(rule, "jwks cannot be read as a JWK set");
    }
  }

  private static JWKSource<SecurityContext> fromAddress(GatePolicy.CiRule rule, URI address) {
    String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
    boolean loopback =
        scheme.equals("http") && LOOPBACK.contains(String.valueOf(address.getHost()));
    if (address.getHost() == null || !(scheme.equals("https") || loopback)) {
      throw invalid(rule, "jwksUrl: allowed is https, or http on the loopback");
    }
    try {
      return JWKSourceBuilder.create(address.toURL(), new Retriever())
          .refreshAheadCache(false)
          .retrying(true)
          .build();
    } catch (IOException e) {
      throw invalid(rule, "jwksUrl is no address");
    }
  }

  private static GateException invalid(GatePolicy.CiRule rule, String why) {
    return new GateException(FailureType.INVALID_GATE_POLICY, "ci: " + rule.name() + ": " + why);
  }

  /**
   * Follows no redirect: the keys come from the address that the policy owners signed, or not at
   * all.
   */
  private static final class Retriever extends DefaultResourceRetriever {
    Retriever() {
      super(TIMEOUT_MILLIS, TIMEOUT_MILLIS, SIZE_LIMIT);
    }

    @Override
    protected HttpURLConnection openHTTPConnection(URL url) throws IOException {
      HttpURLConnection connection = super.openHTTPConnection(url);
      connection.setInstanceFollowRedirects(false);
      return connection;
    }
  }
}
