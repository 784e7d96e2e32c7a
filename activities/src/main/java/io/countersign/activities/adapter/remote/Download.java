package io.countersign.activities.adapter.remote;

import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectDigest;
import io.countersign.activities.port.SubjectFile;
import io.countersign.activities.port.SubjectReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads files over HTTP as streams; {@link RemoteBody} says what happens to an interrupted one.
 *
 * <p>SOURCE_REFUSED: a redirect to what the gate policy does not name, a packed body, one without a
 * length that is not chunked either, more bytes than the limit, nothing there. SOURCE_UNAVAILABLE:
 * no connection, no byte for too long, an error of the server, too many interruptions.
 */
final class Download {
  static final int BUFFER = 128 * 1024;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final Set<Integer> NOTHING = Set.of(400, 404, 405, 410);
  private static final int HOPS = 5;
  private static final int ATTEMPTS = 3;

  private final HttpReader http;
  private final Trust trust;
  private final Bounds bounds;
  private final Progress progress;

  Download(HttpReader http, Trust trust, Bounds bounds, Progress progress) {
    this.http = http;
    this.trust = trust;
    this.bounds = bounds;
    this.progress = progress;
  }

  Bounds bounds() {
    return bounds;
  }

  Progress progress() {
    return progress;
  }

  /** The bytes as a stream, at most this many. */
  RemoteBody open(Address address, long most) {
    return new RemoteBody(this, address, most);
  }

  /** Digests one file. */
  SubjectDigest digest(Address address, long most) {
    return whole(
        address,
        most,
        body -> {
          body.finish();
          return new SubjectDigest(body.digest(), body.at(), 1);
        });
  }

  /** A small document as a whole. */
  byte[] document(Address address, int most) {
    return whole(
        address,
        most,
        body -> {
          ByteArrayOutputStream document = new ByteArrayOutputStream();
          body.transferTo(document);
          return document.toByteArray();
        });
  }

  /**
   * Digests one file of a subject while a reader sees every byte of it.
   *
   * @param size how many bytes it must have; negative for as many as the server announces
   * @throws IOException when what the reader saw does not count; see {@link #attempts}
   */
  SubjectFile file(Address address, String path, long size, SubjectReader reader)
      throws IOException {
    try (RemoteBody body = open(address, size < 0 ? bounds.maxBytes() : size)) {
      long length = body.length();
      if (length < 0 && size < 0) {
        throw Refusals.refused("a body whose length nobody says", address.toString());
      }
      reader.file(path, size < 0 ? length : size, new LentStream(body));
      body.finish();
      return new SubjectFile(path, body.at(), body.digest());
    }
  }

  /** Reads something in full. */
  @FunctionalInterface
  interface Attempt<T> {
    T read() throws IOException;
  }

  /** Reads again from the start when bytes changed while they were read. */
  static <T> T attempts(String shown, Attempt<T> attempt) {
    IOException last = new IOException("not tried");
    for (int i = 0; i < ATTEMPTS; i++) {
      try {
        return attempt.read();
      } catch (RemoteBody.BeganAgain e) {
        last = e;
      } catch (IOException e) {
        throw Refusals.unavailable("cannot be read", shown, e);
      }
    }
    throw Refusals.unavailable("cannot be read to its end: it breaks off or changes", shown, last);
  }

  @FunctionalInterface
  private interface Use<T> {
    T of(RemoteBody body) throws IOException;
  }

  private <T> T whole(Address address, long most, Use<T> use) {
    try (RemoteBody body = open(address, most)) {
      while (true) {
        try {
          return use.of(body);
        } catch (RemoteBody.BeganAgain e) {
          body.begin();
        }
      }
    } catch (IOException e) {
      throw Refusals.unavailable("cannot be read", address.toString(), e);
    }
  }

  /** Asks once, and follows redirects to what may be read too. */
  HttpAnswer ask(Address address, Map<String, String> more) throws IOException {
    String shown = address.toString();
    Address here = address;
    boolean challenged = false;
    for (int hop = 0; hop <= HOPS; hop++) {
      Map<String, String> headers = new HashMap<>(trust.headers(here));
      headers.putAll(more);
      HttpAnswer answer = http.get(here, headers, bounds);
      if (answer.status() == HttpURLConnection.HTTP_UNAUTHORIZED && !challenged) {
        challenged = true;
        String challenge = answer.header("WWW-Authenticate");
        answer.close();
        if (!trust.challenged(here, challenge)) {
          throw status(HttpURLConnection.HTTP_UNAUTHORIZED, shown);
        }
      } else if (REDIRECTS.contains(answer.status())) {
        String location = answer.header("Location");
        answer.close();
        here = target(here, location, shown);
      } else {
        return usable(answer, shown);
      }
    }
    throw Refusals.refused("more than " + HOPS + " redirects", shown);
  }

  private static Address target(Address here, @Nullable String location, String shown) {
    try {
      return here.redirect(String.valueOf(location));
    } catch (IllegalArgumentException e) {
      throw Refusals.refused("a redirect to a place that may not be read", shown);
    }
  }

  private static HttpAnswer usable(HttpAnswer answer, String shown) {
    int status = answer.status();
    boolean fine = status == HttpURLConnection.HTTP_OK || answer.partial();
    if (fine && answer.plain() && answer.bounded()) {
      return answer;
    }
    answer.close();
    if (fine) {
      throw Refusals.refused(
          answer.plain() ? "a body whose end nobody can tell" : "a packed body", shown);
    }
    throw status(status, shown);
  }

  private static RuntimeException status(int status, String shown) {
    return NOTHING.contains(status)
        ? Refusals.refused("nothing there (status " + status + ")", shown)
        : Refusals.unavailable("answers with status " + status, shown);
  }
}
