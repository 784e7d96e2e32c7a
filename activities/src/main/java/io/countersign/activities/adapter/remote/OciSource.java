package io.countersign.activities.adapter.remote;

import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectDigest;
import io.countersign.activities.port.SubjectFile;
import io.countersign.activities.port.SubjectListing;
import io.countersign.activities.port.SubjectReader;
import io.countersign.activities.port.SubjectSource;
import io.countersign.policy.GatePolicy.OciPlace;
import io.countersign.release.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Artifacts of the registries and repositories that the gate policy names, by digest and never by
 * tag. The digest of an artifact is the one of its manifest, and is given only when the bytes of
 * the manifest, of its configuration and of every layer have the digests and sizes that are
 * declared for them; a registry that has others is SOURCE_REFUSED. With {@code #title} the subject
 * is that one file of the artifact, and the digest is the one of its bytes.
 */
public final class OciSource implements SubjectSource {
  private final List<OciPlace> places;
  private final HttpsSource elsewhere;
  private final HttpReader http;
  private final Credentials credentials;
  private final Bounds bounds;

  /**
   * @param elsewhere where registries may lead to for the bytes of blobs
   */
  public OciSource(
      List<OciPlace> places,
      HttpsSource elsewhere,
      HttpReader http,
      Credentials credentials,
      Bounds bounds) {
    this.places = List.copyOf(places);
    this.elsewhere = elsewhere;
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
    OciReference reference = reference(uri);
    return Download.attempts(
        uri,
        () -> {
          Artifact artifact = artifact(reference, uri, progress);
          return reference.title() == null
              ? artifact.all(readers.get())
              : SubjectListing.of(artifact.read(artifact.file(), readers.get()));
        });
  }

  @Override
  public byte[] document(String uri, Progress progress) {
    Artifact artifact = artifact(reference(uri), uri, progress);
    OciManifest.Blob file = artifact.file();
    if (file.size() > DOCUMENT_LIMIT) {
      throw Refusals.refused("more than " + DOCUMENT_LIMIT + " bytes", uri);
    }
    byte[] bytes = artifact.download().document(artifact.blob(file), (int) file.size());
    requireSame(file.digest(), Digest.of(bytes), uri);
    return bytes;
  }

  private static OciReference reference(String uri) {
    try {
      return OciReference.parse(uri);
    } catch (IllegalArgumentException e) {
      throw Refusals.refused(String.valueOf(e.getMessage()), uri);
    }
  }

  private OciPlace place(OciReference reference, String uri) {
    for (OciPlace place : places) {
      String host = place.registry().substring(place.registry().indexOf("://") + 3);
      if (host.equals(reference.registry())
          && place.repositories().stream().anyMatch(reference::in)) {
        return place;
      }
    }
    throw Refusals.refused("a registry or repository that the gate policy does not name", uri);
  }

  private Artifact artifact(OciReference reference, String uri, Progress progress) {
    RegistryTrust trust =
        new RegistryTrust(
            place(reference, uri),
            reference.repository(),
            elsewhere::headers,
            http,
            credentials,
            bounds,
            progress);
    Download download = new Download(http, trust, bounds, progress);
    byte[] bytes =
        download.document(
            trust.address("manifests", reference.digest().toString()), OciManifest.LIMIT);
    requireSame(reference.digest(), Digest.of(bytes), uri);
    OciManifest manifest = OciManifest.read(bytes, uri);
    if (manifest.bytes() > bounds.maxBytes()) {
      throw Refusals.refused("more than " + bounds.maxBytes() + " bytes", uri);
    }
    if (manifest.files().size() > bounds.maxFiles()) {
      throw Refusals.refused("more than " + bounds.maxFiles() + " files", uri);
    }
    return new Artifact(reference, uri, trust, download, manifest);
  }

  private static void requireSame(Digest declared, Digest found, String uri) {
    if (!declared.equals(found)) {
      throw Refusals.refused("other bytes than those of the digest", uri);
    }
  }

  /** An artifact whose manifest is proved. */
  private record Artifact(
      OciReference reference,
      String uri,
      RegistryTrust trust,
      Download download,
      OciManifest manifest) {

    Address blob(OciManifest.Blob blob) {
      return trust.address("blobs", blob.digest().toString());
    }

    /** The one that the reference names, or the only one. */
    OciManifest.Blob file() {
      List<OciManifest.Blob> files =
          manifest.files().stream()
              .filter(f -> reference.title() == null || f.path().equals(reference.title()))
              .toList();
      if (files.size() != 1) {
        throw Refusals.refused(
            files.isEmpty() ? "no file of this title" : "several files, and no title", uri);
      }
      return files.get(0);
    }

    SubjectFile read(OciManifest.Blob blob, SubjectReader reader) throws IOException {
      SubjectFile file = download.file(blob(blob), blob.path(), blob.size(), reader);
      requireSame(blob.digest(), file.digest(), uri);
      return file;
    }

    SubjectListing all(SubjectReader reader) throws IOException {
      read(manifest.config(), SubjectReader.none());
      List<SubjectFile> files = new ArrayList<>();
      for (OciManifest.Blob blob : manifest.files()) {
        files.add(read(blob, reader));
      }
      SubjectListing sorted = SubjectListing.of(files, List.of());
      long bytes = sorted.subject().bytes();
      return new SubjectListing(
          new SubjectDigest(reference.digest(), bytes, files.size()), true, sorted.files());
    }
  }
}
