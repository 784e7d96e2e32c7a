package io.countersign.activities.adapter.remote;

import java.io.FilterInputStream;
import java.io.InputStream;

/**
 * The bytes of a file for a reader who may close them, as streams of the JDK do at their end: what
 * is left is still read for the digest, on the same connection.
 */
final class LentStream extends FilterInputStream {
  LentStream(InputStream owned) {
    super(owned);
  }

  /** Whoever lent it closes it. */
  @Override
  public void close() {}
}
