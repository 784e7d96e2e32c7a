package io.countersign.check;

import io.countersign.release.Digest;

/**
 * A document that a check relied on.
 *
 * @param name its URI in the manifest, or the name of what it is
 */
public record Evidence(String name, Digest digest) {
  public Evidence {
    CheckText.requireLine("evidence: name", name, 1_000);
  }
}
