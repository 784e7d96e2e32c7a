package io.countersign.worker.serve;

import io.countersign.activities.evidence.Bundles;
import io.countersign.worker.api.ApiServer;
import io.countersign.worker.api.ApiSettings;
import io.countersign.worker.api.CodecSettings;
import io.countersign.worker.api.EvidencePage;
import io.countersign.worker.api.ReleasesPage;
import io.countersign.worker.api.TrustPage;
import io.countersign.worker.config.Parts;
import io.countersign.worker.config.Settings;
import io.countersign.worker.config.SettledParts;
import io.temporal.payload.codec.PayloadCodec;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The worker's HTTP interface, or none where no address is set. */
final class ApiDoor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ApiDoor.class);

  private final @Nullable ApiServer server;

  private ApiDoor(@Nullable ApiServer server) {
    this.server = server;
  }

  static ApiDoor open(
      SettledParts settled, Bundles bundles, Optional<PayloadCodec> codec, Settings settings) {
    Parts parts = settled.parts();
    Optional<ApiSettings> wanted = settings.api();
    if (wanted.isEmpty()) {
      return new ApiDoor(null);
    }
    ApiServer server =
        ApiServer.start(
            wanted.get(),
            parts.rules(),
            List.of(
                new ReleasesPage(parts.record().listing(), parts.record().entries()),
                new EvidencePage(bundles::write),
                new TrustPage(settled.trust()::json)),
            codec.map(sealing -> new CodecSettings(sealing, settings.codecOrigins())).orElse(null),
            parts.clock());
    LOG.info("HTTP interface: {}", server.url());
    if (!wanted.get().tls() && !loopback(wanted.get().host())) {
      LOG.warn(
          "The HTTP interface does not encrypt: set countersign.api.tls.cert and .key, or let only"
              + " a proxy that does reach it");
    }
    return new ApiDoor(server);
  }

  private static boolean loopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }
}
