package io.countersign.activities.port;

import io.countersign.release.PathPattern;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When static secrets were last changed. No operation asks for what they hold, and an answer has no
 * place for it.
 *
 * <p>Every operation may fail with VAULT_UNAVAILABLE or VAULT_DENIED, which say that nothing was
 * learned, and with SOURCE_REFUSED when a pattern matches more than {@link #LIMIT} secrets or their
 * folders are too deep.
 */
public interface KeyValueSecrets {
  /** Most secrets, and most folders, that one question may touch. */
  int LIMIT = 1_000;

  /** What is mounted at this path; empty when nothing is. */
  Optional<Engine> engine(String mount);

  /**
   * The secrets of a key-value engine of version 2 that match, sorted by path. One that does not
   * exist is not among them.
   *
   * @param secrets a pattern below the mount, without {@code data/}
   */
  List<Secret> secrets(String mount, PathPattern secrets, Progress progress);

  /**
   * @param version of a key-value engine; empty for other types
   */
  record Engine(String type, String version) {}

  /**
   * @param path below the mount
   * @param version the current one; 0 for a secret that never had one
   * @param changedAt when the current version was made; null when there is none
   * @param readable whether the current version can be read: not deleted, not destroyed
   */
  record Secret(String path, int version, @Nullable Instant changedAt, boolean readable) {}
}
