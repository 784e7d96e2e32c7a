package io.countersign.worker.cli;

import io.countersign.worker.api.ApiSettings;
import io.countersign.worker.cli.SignerOptions.Signer;
import io.countersign.worker.remote.RemoteRecord;
import io.countersign.worker.remote.Requester;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which worker's HTTP interface is asked, and who signs the requests. */
final class RemoteOptions {
  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "The worker's HTTP interface; else countersign.api.url.")
  private @Nullable String url;

  @Mixin private SignerOptions signer = new SignerOptions();

  /** Whether the worker is to be asked at all. */
  boolean given() {
    return url != null || signer.keyGiven();
  }

  RemoteRecord open(Surroundings surroundings) {
    URI address = address(surroundings);
    return new RemoteRecord(address, requester(surroundings));
  }

  URI address(Surroundings surroundings) {
    return url == null
        ? surroundings
            .settings()
            .apiUrl()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "--url is missing: allowed is the address of the worker's HTTP"
                            + " interface, there or in COUNTERSIGN_API_URL"))
        : ApiSettings.requireUrl(url);
  }

  Requester requester(Surroundings surroundings) {
    Signer signs = signer.signer(surroundings);
    return new Requester(signs.person(), signs.key(), surroundings.clock());
  }
}
