package io.countersign.activities.check.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header of a .npy file (numpy.lib.format, versions 1 to 3). Sound is an array of one plain
 * type whose bytes are all there and nothing else. An array of objects is a pickle.
 */
final class NumpyArray {
  static final String MAGIC = "NUMPY";

  private static final int HEADER = 64 * 1024;
  private static final Pattern DICTIONARY =
      Pattern.compile(
          "\\{'descr': '([^']{1,32})', 'fortran_order': (?:True|False), 'shape': \\(([0-9, ]*)\\),? *\\} *\n?");
  private static final Pattern TYPE =
      Pattern.compile("[<>|=]?([biufcmMSUV?])([0-9]{0,9})(?:\\[[0-9a-zA-Z]{1,8}\\])?");

  private NumpyArray() {}

  static boolean begins(ModelBytes file) {
    return file.has(0, 0x93) && file.has(1, MAGIC);
  }

  /**
   * Reads an array to its end.
   *
   * @param size in bytes of the whole file; -1 when it is not known
   */
  static Verdict read(InputStream bytes, long size) throws IOException, Unsound {
    byte[] magic = bytes.readNBytes(8);
    if (magic.length < 8
        || (magic[0] & 0xFF) != 0x93
        || !new String(magic, 1, 5, StandardCharsets.US_ASCII).equals(MAGIC)) {
      throw new Unsound("header", "it does not begin as an array does");
    }
    int width = magic[6] == 1 ? 2 : magic[6] == 2 || magic[6] == 3 ? 4 : 0;
    if (width == 0 || magic[7] != 0) {
      throw new Unsound("header", "found format version " + magic[6] + ", allowed are 1 to 3");
    }
    byte[] count = bytes.readNBytes(width);
    long length = 0;
    for (int i = 0; i < count.length; i++) {
      length |= (count[i] & 0xFFL) << (8 * i);
    }
    if (count.length < width || length > HEADER) {
      throw new Unsound("header-length", "the header is cut off or longer than " + HEADER);
    }
    byte[] header = bytes.readNBytes((int) length);
    if (header.length < length) {
      throw new Unsound("truncated", "the file ends within its header");
    }
    Matcher read = DICTIONARY.matcher(new String(header, StandardCharsets.UTF_8));
    if (!read.matches()) {
      return new Verdict.MayRunCode("npy", "its header is not that of an array of one plain type");
    }
    Matcher type = TYPE.matcher(read.group(1));
    if (!type.matches()) {
      return new Verdict.MayRunCode("npy", "an array of objects is a pickle");
    }
    if (size >= 0) {
      long expected = bytes(type, read.group(2));
      long rest = size - 8 - width - length;
      if (rest != expected) {
        throw new Unsound(
            rest < expected ? "truncated" : "trailing-bytes",
            "found " + rest + " bytes of values, the header says " + expected);
      }
    }
    return new Verdict.Sound("npy", 1, java.util.List.of());
  }

  private static long bytes(Matcher type, String shape) throws Unsound {
    try {
      long product = type.group(2).isEmpty() ? 1 : Long.parseLong(type.group(2));
      if (type.group(1).equals("U")) {
        product = Math.multiplyExact(product, 4);
      }
      for (String dimension : shape.split(",", -1)) {
        if (!dimension.isBlank()) {
          product = Math.multiplyExact(product, Long.parseLong(dimension.strip()));
        }
      }
      return product;
    } catch (ArithmeticException | NumberFormatException e) {
      throw new Unsound("tensor-size", "the array's shape overflows");
    }
  }
}
