package io.countersign.activities.adapter.remote;

import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectDigest;
import io.countersign.activities.port.SubjectListing;
import io.countersign.activities.port.SubjectReader;
import io.countersign.activities.port.SubjectSource;
import io.countersign.policy.GatePolicy.HttpsPlace;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Single files over https, below the prefixes that the gate policy names. The digest is the SHA-256
 * of the bytes.
 */
public final class HttpsSource implements SubjectSource {
  private final List<HttpsPlace> places;
  private final HttpReader http;
  private final Credentials credentials;
  private final Bounds bounds;

  public HttpsSource(
      List<HttpsPlace> places, HttpReader http, Credentials credentials, Bounds bounds) {
    this.places =
        places.stream()
            .sorted(Comparator.comparing((HttpsPlace p) -> p.prefix().length()).reversed())
            .toList();
    this.http = http;
    this.credentials = credentials;
    this.bounds = bounds;
  }

  @Override
  public SubjectDigest digest(String uri, Progress progress) {
    return download(progress).digest(address(uri), bounds.maxBytes());
  }

  @Override
  public SubjectListing read(
      String uri, Supplier<? extends SubjectReader> readers, Progress progress) {
    Address address = address(uri);
    return Download.attempts(
        uri,
        () ->
            SubjectListing.of(download(progress).file(address, address.name(), -1, readers.get())));
  }

  @Override
  public byte[] document(String uri, Progress progress) {
    return download(progress).document(address(uri), DOCUMENT_LIMIT);
  }

  private Download download(Progress progress) {
    return new Download(http, this::headers, bounds, progress);
  }

  private static Address address(String uri) {
    try {
      return Address.parse(uri);
    } catch (IllegalArgumentException e) {
      throw Refusals.refused(String.valueOf(e.getMessage()), uri);
    }
  }

  /** What is said to this address, by the longest prefix that it lies below. */
  Map<String, String> headers(Address address) {
    for (HttpsPlace place : places) {
      if (address.below(Address.parse(place.prefix()))) {
        String credential = place.credential();
        return credential == null
            ? Map.of()
            : Map.of("Authorization", credentials.authorization(credential).reveal());
      }
    }
    throw Refusals.refused("a place that the gate policy does not name", address.toString());
  }
}
