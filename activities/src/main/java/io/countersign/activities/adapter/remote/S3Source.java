package io.countersign.activities.adapter.remote;

import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectDigest;
import io.countersign.activities.port.SubjectListing;
import io.countersign.activities.port.SubjectPath;
import io.countersign.activities.port.SubjectReader;
import io.countersign.activities.port.SubjectSource;
import io.countersign.policy.GatePolicy.S3Place;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Objects of S3-compatible stores: {@code s3://bucket/key} is a file, {@code s3://bucket/prefix/}
 * with a slash at its end a directory. The digest is the one that the same files have below a file
 * root; a store knows no empty directories. Requests are signed with AWS Signature Version 4 and
 * address the bucket in the path.
 *
 * <p>A directory is listed before and after it is read; one that keeps changing is
 * SOURCE_UNAVAILABLE.
 */
public final class S3Source implements SubjectSource {
  private static final String SCHEME = "s3://";
  private static final int PAGE_LIMIT = 8 * 1024 * 1024;

  private final List<S3Place> places;
  private final HttpReader http;
  private final Credentials credentials;
  private final Bounds bounds;

  public S3Source(List<S3Place> places, HttpReader http, Credentials credentials, Bounds bounds) {
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
    Bucket bucket = bucket(uri, progress);
    return Download.attempts(
        uri,
        () -> bucket.key().endsWith("/") ? bucket.all(readers.get()) : bucket.one(readers.get()));
  }

  @Override
  public byte[] document(String uri, Progress progress) {
    Bucket bucket = bucket(uri, progress);
    return bucket.download().document(bucket.address(bucket.key()), DOCUMENT_LIMIT);
  }

  private Bucket bucket(String uri, Progress progress) {
    int slash = uri.indexOf('/', SCHEME.length());
    if (!uri.startsWith(SCHEME) || slash < 0) {
      throw Refusals.refused("no s3://bucket/key", uri);
    }
    String name = uri.substring(SCHEME.length(), slash);
    String key = uri.substring(slash + 1);
    try {
      SubjectPath.parse(key);
    } catch (IllegalArgumentException e) {
      throw Refusals.refused(String.valueOf(e.getMessage()), uri);
    }
    List<S3Place> named =
        places.stream()
            .filter(place -> place.bucket().equals(name))
            .filter(place -> key.startsWith(Objects.requireNonNullElse(place.prefix(), "")))
            .toList();
    if (named.size() != 1) {
      throw Refusals.refused(
          named.isEmpty()
              ? "a bucket or prefix that the gate policy does not name"
              : "a bucket that the gate policy names in more than one place",
          uri);
    }
    S3Place place = named.get(0);
    Download download = new Download(http, new S3Trust(place, credentials), bounds, progress);
    return new Bucket(place, key, uri, download, bounds);
  }

  /** One place with what is asked of it. */
  private record Bucket(S3Place place, String key, String uri, Download download, Bounds bounds) {

    Address address(String of) {
      try {
        return Address.below(place.endpoint() + "/" + place.bucket(), of);
      } catch (IllegalArgumentException e) {
        throw Refusals.refused("a name that no subject may have", uri);
      }
    }

    SubjectListing one(SubjectReader reader) throws IOException {
      String name = key.substring(key.lastIndexOf('/') + 1);
      return SubjectListing.of(download.file(address(key), name, -1, reader));
    }

    SubjectListing all(SubjectReader reader) throws IOException {
      RemoteTree tree = list();
      if (tree.isEmpty()) {
        throw Refusals.refused("nothing there", uri);
      }
      SubjectListing listing = tree.read(download, reader);
      if (!tree.same(list())) {
        throw new RemoteBody.BeganAgain();
      }
      return listing;
    }

    private RemoteTree list() {
      RemoteTree tree = new RemoteTree(uri, bounds);
      String token = "";
      do {
        TreeMap<String, String> ask = new TreeMap<>();
        ask.put("list-type", "2");
        ask.put("prefix", key);
        if (!token.isEmpty()) {
          ask.put("continuation-token", token);
        }
        Address asked = Address.parse(place.endpoint() + "/" + place.bucket()).asking(ask);
        S3Listing page = S3Listing.read(download.document(asked, PAGE_LIMIT), uri);
        page.objects().forEach(object -> add(tree, object));
        token = page.next();
      } while (!token.isEmpty());
      return tree;
    }

    private void add(RemoteTree tree, S3Listing.Stored object) {
      if (!object.key().startsWith(key)) {
        throw Refusals.refused("a listing of something else", uri);
      }
      String path = object.key().substring(key.length());
      if (path.endsWith("/")) {
        tree.directory(path.substring(0, path.length() - 1));
      } else if (!path.isEmpty()) {
        tree.file(path, new RemoteTree.Entry(object.size(), object.tag(), address(object.key())));
      }
    }
  }
}
