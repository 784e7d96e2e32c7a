package io.countersign.activities.adapter.webhook;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.countersign.activities.port.Notifier;
import io.countersign.record.EntryKind;
import io.countersign.release.ReleaseId;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Posts each notice as a small JSON object, once, without waiting for the answer. */
public final class WebhookNotifier implements Notifier {
  private static final Logger LOG = LoggerFactory.getLogger(WebhookNotifier.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final URI endpoint;

  public WebhookNotifier(URI endpoint) {
    this.endpoint = endpoint;
  }

  @Override
  public void notify(ReleaseId release, EntryKind kind, String detail) {
    String body =
        JsonNodeFactory.instance
            .objectNode()
            .put("release", release.toString())
            .put("kind", kind.name())
            .put("detail", detail)
            .toString();
    HttpRequest request =
        HttpRequest.newBuilder(endpoint)
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    CompletableFuture<?> delivery =
        http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
            .whenComplete(
                (answer, failure) -> {
                  if (failure != null || answer.statusCode() >= 300) {
                    LOG.warn("{} of {} was not delivered to the webhook", kind, release);
                  }
                });
    LOG.debug("{} of {} is on its way: {}", kind, release, delivery);
  }
}
