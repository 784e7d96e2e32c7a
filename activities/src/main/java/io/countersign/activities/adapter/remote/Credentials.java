package io.countersign.activities.adapter.remote;

import io.countersign.activities.port.SecretText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The worker's secrets for sources: one small file each, in one directory, under the name that the
 * gate policy uses. Read anew for every request, so that a rotated one counts at once. A file that
 * everybody on the machine may read is refused.
 *
 * <p>Forms, on one line: {@code bearer TOKEN}, {@code basic USER:PASSWORD}, {@code aws KEY-ID
 * SECRET} and {@code aws KEY-ID SECRET SESSION-TOKEN}.
 */
public final class Credentials {
  private static final int LIMIT = 16 * 1024;
  private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?");
  private final @Nullable Path directory;

  /**
   * @param directory null where this worker has none
   */
  public Credentials(@Nullable Path directory) {
    this.directory = directory;
  }

  /** The value of an Authorization header, for the forms bearer and basic. */
  SecretText authorization(String name) {
    String line = read(name).reveal();
    String value = line.substring(line.indexOf(' ') + 1).strip();
    if (line.startsWith("bearer ")) {
      return SecretText.of("Bearer " + value);
    }
    if (line.startsWith("basic ") && value.indexOf(':') > 0) {
      return SecretText.of(
          "Basic " + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
    }
    throw Refusals.unavailable("must be 'bearer TOKEN' or 'basic USER:PASSWORD'", name);
  }

  /** The line of the file of this name. */
  SecretText read(String name) {
    if (directory == null || !NAME.matcher(name).matches()) {
      throw Refusals.unavailable(
          "is a credential that this worker has not: countersign.sources.credentials", name);
    }
    Path file = directory.resolve(name);
    try {
      requirePrivate(file, name);
      try (InputStream in = Files.newInputStream(file)) {
        byte[] bytes = in.readNBytes(LIMIT + 1);
        String text = new String(bytes, StandardCharsets.US_ASCII).strip();
        if (bytes.length > LIMIT || text.isEmpty() || text.indexOf('\n') >= 0) {
          throw Refusals.unavailable("must be one line", name);
        }
        return SecretText.of(text);
      }
    } catch (IOException e) {
      throw Refusals.unavailable("is a credential that this worker cannot read", name, e);
    }
  }

  private static void requirePrivate(Path file, String name) throws IOException {
    PosixFileAttributeView view =
        Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    Path real = file.toRealPath();
    Set<PosixFilePermission> rights = view == null ? Set.of() : Files.getPosixFilePermissions(real);
    if (!Files.isRegularFile(real) || rights.contains(PosixFilePermission.OTHERS_READ)) {
      throw Refusals.unavailable("must be a file that not everybody may read", name);
    }
  }
}
