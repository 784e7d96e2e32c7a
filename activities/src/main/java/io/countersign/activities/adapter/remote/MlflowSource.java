package io.countersign.activities.adapter.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectDigest;
import io.countersign.activities.port.SubjectListing;
import io.countersign.activities.port.SubjectReader;
import io.countersign.activities.port.SubjectSource;
import io.countersign.policy.GatePolicy.MlflowPlace;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Registered models, run artifacts and runs of MLflow tracking servers that the gate policy names,
 * over their REST interface (MLflow REST API 2.0; artifacts by the server's proxy). The digest is
 * the one that the same files have below a file root.
 *
 * <p>A model version must be named by its number: stages and aliases move. Artifacts that the
 * server does not serve itself are refused; name their own source.
 */
public final class MlflowSource implements SubjectSource {
  private static final String API = "/api/2.0/mlflow/";
  private static final String ARTIFACTS = "/api/2.0/mlflow-artifacts/artifacts";
  private static final String PROXIED = "mlflow-artifacts:/";

  private final List<MlflowPlace> places;
  private final HttpReader http;
  private final Credentials credentials;
  private final Bounds bounds;

  public MlflowSource(
      List<MlflowPlace> places, HttpReader http, Credentials credentials, Bounds bounds) {
    this.places = List.copyOf(places);
    this.http = http;
    this.credentials = credentials;
    this.bounds = bounds;
  }

  @Override
  public SubjectDigest digest(String uri, Progress progress) {
    return read(uri, SubjectReader::none, progress).subject();
  }

  @Override
  public SubjectListing read(
      String uri, Supplier<? extends SubjectReader> readers, Progress progress) {
    MlflowReference reference = reference(uri);
    if (reference.isRun()) {
      throw Refusals.refused("a run, which is evidence and no subject", uri);
    }
    Server server = server(reference, uri, progress);
    return Download.attempts(uri, () -> server.read(reference, readers.get()));
  }

  @Override
  public byte[] document(String uri, Progress progress) {
    MlflowReference reference = reference(uri);
    Server server = server(reference, uri, progress);
    return reference.isRun()
        ? server.download().document(server.run(reference.id()), DOCUMENT_LIMIT)
        : server.download().document(server.bytes(server.root(reference)), DOCUMENT_LIMIT);
  }

  private static MlflowReference reference(String uri) {
    try {
      return MlflowReference.parse(uri);
    } catch (IllegalArgumentException e) {
      throw Refusals.refused(String.valueOf(e.getMessage()), uri);
    }
  }

  private Server server(MlflowReference reference, String uri, Progress progress) {
    MlflowPlace place =
        places.stream()
            .filter(one -> one.name().equals(reference.server()))
            .findFirst()
            .orElseThrow(
                () -> Refusals.refused("a server that the gate policy does not name", uri));
    Address top = Address.parse(place.url() + "/");
    Trust trust =
        address -> {
          if (!address.below(top)) {
            throw Refusals.refused(
                "a place that the gate policy does not name", address.toString());
          }
          String credential = place.credential();
          return credential == null
              ? Map.of()
              : Map.of("Authorization", credentials.authorization(credential).reveal());
        };
    return new Server(place.url(), uri, new Download(http, trust, bounds, progress), bounds);
  }

  /** One tracking server. */
  private record Server(String url, String uri, Download download, Bounds bounds) {

    Address run(String id) {
      return Address.parse(url + API + "runs/get").asking(Map.of("run_id", id));
    }

    /** Where the artifacts of a reference begin, below the server's proxy. */
    String root(MlflowReference reference) {
      JsonNode said =
          reference.isModel()
              ? json(Address.parse(url + API + "model-versions/get-download-uri")
                      .asking(Map.of("name", reference.id(), "version", reference.version())))
                  .path("artifact_uri")
              : json(run(reference.id())).path("run").path("info").path("artifact_uri");
      String place = said.asText();
      if (!place.startsWith(PROXIED) || place.startsWith(PROXIED + "/")) {
        throw Refusals.refused("artifacts that the tracking server does not serve itself", uri);
      }
      String root = place.substring(PROXIED.length());
      return reference.path().isEmpty() ? root : root + "/" + reference.path();
    }

    Address bytes(String path) {
      try {
        return Address.below(url + ARTIFACTS, path);
      } catch (IllegalArgumentException e) {
        throw Refusals.refused("a name that no subject may have", uri);
      }
    }

    private ObjectNode json(Address address) {
      try {
        return ForeignJson.object(download.document(address, DOCUMENT_LIMIT));
      } catch (IllegalArgumentException e) {
        throw Refusals.refused("an answer that is " + e.getMessage(), uri);
      }
    }

    SubjectListing read(MlflowReference reference, SubjectReader reader) throws IOException {
      String root = root(reference);
      RemoteTree tree = new RemoteTree(uri, bounds);
      list(tree, root, "", 0);
      if (tree.isEmpty()) {
        String name = root.substring(root.lastIndexOf('/') + 1);
        return SubjectListing.of(download.file(bytes(root), name, -1, reader));
      }
      return tree.read(download, reader);
    }

    private void list(RemoteTree tree, String directory, String prefix, int depth) {
      if (depth > RemoteTree.DEPTH) {
        throw Refusals.refused("more than " + RemoteTree.DEPTH + " levels of directories", uri);
      }
      Address listing = Address.parse(url + ARTIFACTS).asking(Map.of("path", directory));
      for (JsonNode file : json(listing).path("files")) {
        String name = file.path("path").asText();
        if (name.isEmpty() || name.indexOf('/') >= 0) {
          throw Refusals.refused("a name that no subject may have", uri);
        }
        String path = prefix + name;
        if (file.path("is_dir").asBoolean()) {
          tree.directory(path);
          list(tree, directory + "/" + name, path + "/", depth + 1);
        } else {
          long size = file.path("file_size").asLong(-1);
          tree.file(path, new RemoteTree.Entry(size, "", bytes(directory + "/" + name)));
        }
      }
    }
  }
}
