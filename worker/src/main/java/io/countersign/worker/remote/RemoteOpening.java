package io.countersign.worker.remote;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.worker.codec.PayloadKey;
import io.countersign.worker.codec.SealedPayloads;
import io.temporal.api.common.v1.Payload;
import io.temporal.api.common.v1.Payloads;
import io.temporal.payload.codec.PayloadCodec;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Seals with the public key, and has a worker open what comes back: for commands, which have no
 * Vault. Without a worker's address and a pass nothing is opened, and sealing works all the same.
 * What is not sealed is taken as it is: a command shows, it does not decide.
 */
public final class RemoteOpening implements PayloadCodec {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final int OK = 200;

  private final SealedPayloads sealing;
  private final @Nullable URI url;
  private final @Nullable Path passFile;

  /**
   * @param url scheme, host and port of a worker's HTTP interface
   * @param passFile holds a pass; read each time, so that a new one is taken up
   */
  public RemoteOpening(PayloadKey key, @Nullable URI url, @Nullable Path passFile, Clock clock) {
    this.sealing = new SealedPayloads(key, wrapped -> Optional.empty(), true, clock);
    this.url = url;
    this.passFile = passFile;
  }

  @Override
  public List<Payload> encode(List<Payload> payloads) {
    return sealing.encode(payloads);
  }

  @Override
  public List<Payload> decode(List<Payload> payloads) {
    if (payloads.stream().noneMatch(SealedPayloads::sealed)) {
      return payloads;
    }
    URI worker = url;
    Path pass = passFile;
    if (worker == null || pass == null) {
      throw new GateException(
          FailureType.NOT_ALLOWED,
          "what this gate answers is sealed: set countersign.api.url and"
              + " countersign.codec.pass-file, for which 'countersign codec pass' makes a pass");
    }
    return opened(worker, pass, Payloads.newBuilder().addAllPayloads(payloads).build());
  }

  private static List<Payload> opened(URI worker, Path pass, Payloads payloads) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(worker.resolve("/codec/decode"))
              .timeout(PATIENCE)
              .header("Authorization", "Bearer " + read(pass))
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(JsonFormat.printer().print(payloads)))
              .build();
      HttpResponse<String> response =
          HttpClient.newBuilder()
              .connectTimeout(CONNECT)
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .build()
              .send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != OK) {
        throw RemoteRecord.refusal(
            worker, response.statusCode(), response.body().getBytes(StandardCharsets.UTF_8));
      }
      Payloads.Builder answer = Payloads.newBuilder();
      JsonFormat.parser().ignoringUnknownFields().merge(response.body(), answer);
      if (answer.getPayloadsCount() != payloads.getPayloadsCount()) {
        throw RemoteRecord.unavailable(worker, "answers another number of payloads", null);
      }
      return answer.getPayloadsList();
    } catch (InvalidProtocolBufferException e) {
      throw RemoteRecord.unavailable(worker, "answers what are no payloads", e);
    } catch (IOException e) {
      throw RemoteRecord.unavailable(worker, "does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw RemoteRecord.unavailable(worker, "was not waited for", e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new GateException(FailureType.NOT_ALLOWED, file + ": the pass cannot be read");
    }
  }
}
