package io.countersign.activities.adapter.timestamp;

import io.countersign.activities.port.TimeStampAuthority;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampRequest;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampResponse;
import org.bouncycastle.tsp.TimeStampToken;
import org.jspecify.annotations.Nullable;

/**
 * Asks an authority over HTTP (RFC 3161, section 3.4). The answer proves itself, so plain HTTP will
 * do; it is bounded in size and time, and no redirection is followed.
 */
public final class HttpTimeStampAuthority implements TimeStampAuthority {
  private static final int LIMIT = 64 * 1024;
  private static final int OK = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final URI address;
  private final TimeStampTokens tokens;
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(3))
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  public HttpTimeStampAuthority(URI address, TimeStampTokens tokens) {
    this.address = address;
    this.tokens = tokens;
  }

  @Override
  public TimeStamp stamp(Digest imprint) {
    TimeStampRequestGenerator generator = new TimeStampRequestGenerator();
    generator.setCertReq(true);
    TimeStampRequest request =
        generator.generate(
            NISTObjectIdentifiers.id_sha256,
            HexFormat.of().parseHex(imprint.hex()),
            new BigInteger(64, RANDOM));
    try {
      TimeStampResponse response = new TimeStampResponse(ask(request.getEncoded()));
      TimeStampToken token = response.getTimeStampToken();
      if (token == null) {
        throw away("it granted no time stamp (status " + response.getStatus() + ")", null);
      }
      response.validate(request);
      Instant at = tokens.verify(token, imprint);
      return new TimeStamp(token.getEncoded(), at);
    } catch (TSPException e) {
      throw new GateException(FailureType.BAD_TIME_STAMP, "the answer is not to what was asked", e);
    } catch (IOException e) {
      throw away("its answer cannot be read", e);
    }
  }

  private byte[] ask(byte[] query) {
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(PATIENCE)
            .header("Content-Type", "application/timestamp-query")
            .header("Accept", "application/timestamp-reply")
            .POST(BodyPublishers.ofByteArray(query))
            .build();
    try {
      HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        byte[] answer = body.readNBytes(LIMIT + 1);
        if (response.statusCode() != OK || answer.length > LIMIT) {
          throw away("it answered " + response.statusCode(), null);
        }
        return answer;
      }
    } catch (IOException e) {
      throw away("it does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw away("interrupted", e);
    }
  }

  private static GateException away(String what, @Nullable Exception cause) {
    return cause == null
        ? new GateException(FailureType.TIME_STAMP_UNAVAILABLE, what)
        : new GateException(FailureType.TIME_STAMP_UNAVAILABLE, what, cause);
  }
}
