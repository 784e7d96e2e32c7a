package io.countersign.worker.config;

import io.countersign.activities.adapter.files.FileRootSource;
import io.countersign.activities.adapter.remote.Bounds;
import io.countersign.activities.adapter.remote.Credentials;
import io.countersign.activities.adapter.remote.HttpReader;
import io.countersign.activities.adapter.remote.HttpsSource;
import io.countersign.activities.adapter.remote.MlflowSource;
import io.countersign.activities.adapter.remote.OciSource;
import io.countersign.activities.adapter.remote.S3Source;
import io.countersign.activities.adapter.remote.SchemeSource;
import io.countersign.activities.adapter.remote.TrustedIssuers;
import io.countersign.activities.port.SubjectSource;
import io.countersign.activities.port.SubjectSources;
import io.countersign.policy.GatePolicy;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Every kind of place that a gate policy can name, with this installation's secrets for them. */
public final class TrustedSources implements SubjectSources {
  private final Path directory;
  private final HttpReader http;
  private final Credentials credentials;

  /**
   * @param directory of the gate policy
   */
  public TrustedSources(Path directory, HttpReader http, Credentials credentials) {
    this.directory = directory;
    this.http = http;
    this.credentials = credentials;
  }

  /** With the settings of this machine. */
  public static TrustedSources of(Settings settings, Path directory) {
    return new TrustedSources(
        directory,
        new HttpReader(settings.sourcesCa().map(TrustedIssuers::and).orElse(null)),
        new Credentials(settings.sourcesCredentials().orElse(null)));
  }

  /** Without secrets, and with the platform's issuers. */
  public static TrustedSources plain(Path directory) {
    return new TrustedSources(directory, new HttpReader(null), new Credentials(null));
  }

  @Override
  public SubjectSource under(GatePolicy policy) {
    return under(policy.sources());
  }

  /** As above, from the part of a gate policy that names the places. */
  public SubjectSource under(GatePolicy.Sources sources) {
    Map<String, SubjectSource> schemes = new TreeMap<>();
    Bounds bounds = Bounds.of(sources);
    HttpsSource https =
        new HttpsSource(Objects.requireNonNull(sources.https()), http, credentials, bounds);
    if (!sources.https().isEmpty()) {
      schemes.put("https", https);
      schemes.put("http", https);
    }
    if (!Objects.requireNonNull(sources.s3()).isEmpty()) {
      schemes.put("s3", new S3Source(sources.s3(), http, credentials, bounds));
    }
    if (!Objects.requireNonNull(sources.mlflow()).isEmpty()) {
      schemes.put("mlflow", new MlflowSource(sources.mlflow(), http, credentials, bounds));
    }
    if (!Objects.requireNonNull(sources.oci()).isEmpty()) {
      schemes.put("oci", new OciSource(sources.oci(), https, http, credentials, bounds));
    }
    return new SchemeSource(FileRootSource.of(sources, directory), schemes);
  }
}
