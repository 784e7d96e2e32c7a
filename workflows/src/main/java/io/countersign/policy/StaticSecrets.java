package io.countersign.policy;

import io.countersign.release.PathPattern;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Key-value secrets that a system's Vault policies can read. They are read and not leased, so only
 * their age says whether they were rotated.
 *
 * <p>Refused: a mount that is more than names with {@code /} between them, another version than 1
 * or 2, no path, a path with {@code *} elsewhere than alone at its end, empty segments and dots.
 *
 * @param mount of a key-value engine, for example {@code kv}
 * @param version of that engine; version 1 keeps no times
 * @param paths below the mount, as people write them, without {@code data/}; {@code +} stands for
 *     any one name, {@code /*} at the end for everything below
 */
public record StaticSecrets(String mount, int version, List<String> paths) {
  private static final String NAME = "(?!\\.\\.?(?:/|$))[A-Za-z0-9._-]+";
  private static final Pattern MOUNT = Pattern.compile(NAME + "(?:/" + NAME + ")*");
  private static final String STEP = "(?:" + NAME + "|\\+)";
  private static final Pattern PATH =
      Pattern.compile("\\*|" + STEP + "(?:/" + STEP + ")*(?:/\\*)?");

  public StaticSecrets {
    paths = paths.stream().sorted().distinct().toList();
    if (!MOUNT.matcher(mount).matches() || version < 1 || version > 2) {
      throw new IllegalArgumentException("static secrets: mount or version is not allowed");
    }
    if (paths.isEmpty() || !paths.stream().allMatch(path -> PATH.matcher(path).matches())) {
      throw new IllegalArgumentException("static secrets: a path is not allowed or there is none");
    }
  }

  /** Whether these paths hold everything that {@code pattern}, relative to the mount, matches. */
  public boolean cover(PathPattern pattern) {
    return paths.stream().anyMatch(path -> new PathPattern(path).covers(pattern));
  }
}
