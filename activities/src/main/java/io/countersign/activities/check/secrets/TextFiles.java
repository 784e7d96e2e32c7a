package io.countersign.activities.check.secrets;

import io.countersign.activities.port.SecretScanner.Scan;
import io.countersign.activities.port.SubjectReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Hands the texts of one subject to a scan. A text is UTF-8 without a zero byte and not larger than
 * the limit; whatever is not (archives, images, weights) is listed instead and never unpacked.
 */
final class TextFiles implements SubjectReader {
  private final String prefix;
  private final int limit;
  private final Scan scan;
  private final SortedSet<String> notText = new TreeSet<>();
  private final SortedSet<String> oversized = new TreeSet<>();
  private int texts;

  /**
   * @param prefix of the names under which leaks are told
   * @param limit most bytes of a text
   */
  TextFiles(String prefix, int limit, Scan scan) {
    this.prefix = prefix;
    this.limit = limit;
    this.scan = scan;
  }

  @Override
  public void file(String path, long size, InputStream bytes) throws IOException {
    String name = prefix + path;
    if (size > limit) {
      oversized.add(name);
      return;
    }
    byte[] content = bytes.readNBytes(limit + 1);
    if (content.length > limit) {
      oversized.add(name);
    } else if (isText(content)) {
      texts++;
      scan.add(name, content);
    } else {
      notText.add(name);
    }
  }

  private static boolean isText(byte[] content) {
    for (byte b : content) {
      if (b == 0) {
        return false;
      }
    }
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  int texts() {
    return texts;
  }

  /** Files that are not text, by name. */
  SortedSet<String> notText() {
    return notText;
  }

  /** Files above the limit, by name. */
  SortedSet<String> oversized() {
    return oversized;
  }
}
