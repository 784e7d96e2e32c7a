package io.countersign.worker.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.port.ReleaseQuery;
import io.countersign.activity.GateJson;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.ListedRelease;
import io.countersign.release.ReleaseId;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The record behind a worker's HTTP interface. Fails as the worker says, and with
 * WORKER_UNAVAILABLE when it does not answer, breaks off, or answers something else.
 */
public final class RemoteRecord {
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PAGE = 500;
  private static final int ERROR_LIMIT = 64 * 1024;
  private static final int PAGE_LIMIT = 16 * 1024 * 1024;
  private static final int OK = 200;

  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT)
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final URI url;
  private final Requester requester;

  /**
   * @param url scheme, host and port of the interface
   */
  public RemoteRecord(URI url, Requester requester) {
    this.url = url;
    this.requester = requester;
  }

  /** Releases, newest submission first: at most as many as the query's limit. */
  public List<ListedRelease> list(ReleaseQuery query) {
    List<ListedRelease> found = new ArrayList<>();
    ReleaseId after = query.after();
    while (found.size() < query.limit()) {
      int room = Math.min(PAGE, query.limit() - found.size());
      JsonNode page = json("/v1/releases" + parameters(query, after, room));
      try {
        ListedRelease[] lines =
            GateJson.mapper().treeToValue(page.path("releases"), ListedRelease[].class);
        List<ListedRelease> read = lines == null ? List.of() : Arrays.asList(lines);
        found.addAll(read);
        if (!page.hasNonNull("next") || read.isEmpty()) {
          break;
        }
        after = read.get(read.size() - 1).release();
      } catch (JsonProcessingException | IllegalArgumentException e) {
        throw unavailable("answers something that is no list of releases", e);
      }
    }
    return List.copyOf(found);
  }

  /** Whom the installation's evidence is signed by, as it says itself. */
  public JsonNode trust() {
    return json("/v1/trust");
  }

  /** Copies what is under a path to a stream, of any size. */
  public void copy(String path, OutputStream out) throws IOException {
    try (InputStream body = open(path)) {
      byte[] part = new byte[64 * 1024];
      for (int read = read(body, part); read >= 0; read = read(body, part)) {
        out.write(part, 0, read);
      }
    }
  }

  private int read(InputStream body, byte[] part) {
    try {
      return body.read(part);
    } catch (IOException e) {
      throw unavailable("broke off its answer", e);
    }
  }

  private JsonNode json(String path) {
    try (InputStream body = open(path)) {
      byte[] bytes = body.readNBytes(PAGE_LIMIT + 1);
      if (bytes.length > PAGE_LIMIT) {
        throw unavailable("answers more than " + PAGE_LIMIT + " bytes", null);
      }
      return GateJson.mapper().readTree(bytes);
    } catch (IOException e) {
      throw unavailable("answers what is no JSON, or breaks off", e);
    }
  }

  private InputStream open(String path) {
    HttpRequest request =
        HttpRequest.newBuilder(url.resolve(path))
            .timeout(PATIENCE)
            .header("Authorization", requester.authorization(url, path))
            .build();
    try {
      HttpResponse<InputStream> response =
          http.send(request, HttpResponse.BodyHandlers.ofInputStream());
      if (response.statusCode() == OK) {
        return response.body();
      }
      try (InputStream body = response.body()) {
        throw refusal(response.statusCode(), body.readNBytes(ERROR_LIMIT));
      }
    } catch (IOException e) {
      throw unavailable("does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable("was not waited for", e);
    }
  }

  private GateException refusal(int status, byte[] body) {
    return refusal(url, status, body);
  }

  private GateException unavailable(String what, @Nullable Exception cause) {
    return unavailable(url, what, cause);
  }

  /** What a worker's error says. */
  static GateException refusal(URI url, int status, byte[] body) {
    try {
      JsonNode error = GateJson.mapper().readTree(body);
      FailureType type = FailureType.valueOf(error.path("type").asText());
      return new GateException(type, error.path("detail").asText());
    } catch (IOException | IllegalArgumentException e) {
      return unavailable(url, "answers with status " + status, e);
    }
  }

  static GateException unavailable(URI url, String what, @Nullable Exception cause) {
    String detail = "the worker at " + url + " " + what;
    return cause == null
        ? new GateException(FailureType.WORKER_UNAVAILABLE, detail)
        : new GateException(FailureType.WORKER_UNAVAILABLE, detail, cause);
  }

  private static String parameters(ReleaseQuery query, @Nullable ReleaseId after, int limit) {
    StringJoiner joined = new StringJoiner("&", "?", "");
    add(joined, "environment", query.environment());
    add(joined, "system", query.system());
    add(joined, "state", query.state());
    add(joined, "tier", query.tier());
    add(joined, "person", query.person());
    add(joined, "since", query.since());
    add(joined, "after", after);
    add(joined, "limit", limit);
    return joined.toString();
  }

  private static void add(StringJoiner joined, String name, @Nullable Object value) {
    if (value != null) {
      joined.add(name + "=" + URLEncoder.encode(value.toString(), StandardCharsets.UTF_8));
    }
  }
}
