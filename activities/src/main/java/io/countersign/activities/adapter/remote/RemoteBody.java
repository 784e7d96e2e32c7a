package io.countersign.activities.adapter.remote;

import io.countersign.release.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one remote file on their way into its digest, without gaps and repetitions. An
 * interrupted one goes on where it stopped, when the server gives a strong entity tag and still has
 * the same bytes (RFC 9110, sections 13.1.5 and 14.2). Otherwise what was read does not count:
 * every read throws {@link BeganAgain} until {@link #begin}.
 */
final class RemoteBody extends InputStream {
  private final Download download;
  private final Address address;
  private final long most;
  private final long end;
  private final MessageDigest digest = Digest.sha256();
  private @Nullable HttpAnswer answer;
  private @Nullable InputStream stream;
  private @Nullable BeganAgain failure;
  private @Nullable String validator;
  private long at;
  private long total = -1;
  private int interruptions;

  RemoteBody(Download download, Address address, long most) {
    this.download = download;
    this.address = address;
    this.most = Math.min(most, download.bounds().maxBytes());
    this.end = System.nanoTime() + download.bounds().whole().toNanos();
  }

  /** The server has other bytes than those that were read, or cannot go on where it stopped. */
  static final class BeganAgain extends IOException {
    private static final long serialVersionUID = 1L;

    BeganAgain() {
      super("must be read from the start");
    }
  }

  /** Reads from the first byte on. */
  void begin() {
    drop();
    failure = null;
    validator = null;
    at = 0;
    total = -1;
    digest.reset();
  }

  /** How many bytes the server announces; negative when it does not say. */
  long length() throws IOException {
    connected();
    return total;
  }

  /** How many bytes were read. */
  long at() {
    return at;
  }

  /** Of the bytes that were read. Good for one call. */
  Digest digest() {
    return Digest.of(digest);
  }

  /** Reads the rest. */
  void finish() throws IOException {
    byte[] buffer = new byte[Download.BUFFER];
    while (read(buffer) >= 0) {
      // the digest takes it
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (true) {
      InputStream body = connected();
      int count;
      try {
        count = body.read(into, offset, length);
        if (count < 0 && total >= 0 && at < total) {
          throw new IOException("the body ended early");
        }
      } catch (IOException e) {
        interrupted(e);
        continue;
      }
      if (count >= 0) {
        take(into, offset, count);
      }
      return count;
    }
  }

  private void take(byte[] bytes, int offset, int count) {
    at += count;
    requireAtMost(at);
    if (total >= 0 && at > total) {
      throw Refusals.refused("more bytes than it announces", address.toString());
    }
    digest.update(bytes, offset, count);
    download.progress().at(address.toString(), at);
    if (System.nanoTime() - end > 0) {
      throw Refusals.unavailable(
          "takes longer than " + download.bounds().whole(), address.toString());
    }
  }

  private void requireAtMost(long bytes) {
    if (bytes > most) {
      throw Refusals.refused("more than " + most + " bytes", address.toString());
    }
  }

  private InputStream connected() throws IOException {
    if (failure != null) {
      throw failure;
    }
    while (stream == null) {
      download.progress().at(address.toString(), at);
      try {
        answer = download.ask(address, range());
        accept(answer);
        stream = answer.body();
      } catch (BeganAgain e) {
        throw e;
      } catch (IOException e) {
        interrupted(e);
      }
    }
    return stream;
  }

  private Map<String, String> range() {
    return at > 0 && validator != null
        ? Map.of("Range", "bytes=" + at + "-", "If-Range", validator)
        : Map.of();
  }

  private void accept(HttpAnswer fresh) throws IOException {
    if (at > 0 && fresh.continues(at, total)) {
      return;
    }
    if (at > 0) {
      interrupted(new IOException("the rest is of something else"));
      throw again();
    }
    if (fresh.partial()) {
      throw new IOException("a part that nobody asked for");
    }
    total = fresh.length();
    validator = fresh.validator().orElse(null);
    requireAtMost(total);
  }

  private void interrupted(IOException cause) throws IOException {
    drop();
    interruptions++;
    boolean late = System.nanoTime() - end > 0;
    if (late || interruptions >= download.bounds().interruptions()) {
      throw Refusals.unavailable("cannot be read", address.toString(), cause);
    }
    if (at > 0 && validator == null) {
      throw again();
    }
  }

  private BeganAgain again() {
    BeganAgain fresh = new BeganAgain();
    failure = fresh;
    return fresh;
  }

  private void drop() {
    if (answer != null) {
      answer.close();
    }
    answer = null;
    stream = null;
  }

  @Override
  public void close() {
    drop();
  }
}
