package io.countersign.activities.check.format;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The directory at the end of a ZIP archive (APPNOTE 4.3.12 to 4.3.16), which is what readers go
 * by. The archive must be the whole file, its entries must not share bytes, and what they unpack to
 * is bounded.
 */
record ZipDirectory(List<Entry> entries) {
  /** Bytes at the end of the file that must hold the directory. */
  static final int TAIL = 4 * 1024 * 1024;

  private static final int LOCAL_HEADER = 30;
  private static final int END = 22;
  private static final int LOCATOR = 20;
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int LOCATOR_SIGNATURE = 0x07064b50;
  private static final int END64_SIGNATURE = 0x06064b50;
  private static final int ENTRY_SIGNATURE = 0x02014b50;
  private static final long IN_EXTRA = 0xFFFFFFFFL;

  ZipDirectory {
    entries = List.copyOf(entries);
  }

  /** One file in the archive. */
  record Entry(String name, long packed, long unpacked, long offset) {}

  /** Most bytes that an archive of this size may unpack to. */
  static long most(long size) {
    return 64 * size + (64L << 20);
  }

  /** Reads the directory in the last bytes of a file and holds it against the rules above. */
  static ZipDirectory read(byte[] tail, long size) throws Unsound {
    ByteBuffer bytes = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN);
    try {
      ZipDirectory directory = new ZipDirectory(entries(bytes, size - tail.length));
      directory.judge(size);
      return directory;
    } catch (BufferUnderflowException | IndexOutOfBoundsException | ArithmeticException e) {
      throw inconsistent("the archive's directory contradicts itself");
    }
  }

  private static List<Entry> entries(ByteBuffer bytes, long before) throws Unsound {
    int end = end(bytes);
    long count = bytes.getShort(end + 10) & 0xFFFF;
    long length = bytes.getInt(end + 12) & IN_EXTRA;
    long offset = bytes.getInt(end + 16) & IN_EXTRA;
    long behind = before + end;
    if (end >= LOCATOR && bytes.getInt(end - LOCATOR) == LOCATOR_SIGNATURE) {
      int end64 = index(bytes.getLong(end - LOCATOR + 8), before);
      if (bytes.getInt(end64) != END64_SIGNATURE) {
        throw inconsistent("the archive's directory is not where its end says");
      }
      count = bytes.getLong(end64 + 32);
      length = bytes.getLong(end64 + 40);
      offset = bytes.getLong(end64 + 48);
      behind = before + end64;
    }
    if (offset < 0 || length < 0 || Math.addExact(offset, length) != behind) {
      throw inconsistent("the archive's directory is not where its end says");
    }
    if (offset < before) {
      throw new Unsound("zip-directory", "the archive's directory is larger than " + TAIL);
    }
    bytes.position(index(offset, before)).limit(index(behind, before));
    List<Entry> entries = new ArrayList<>();
    while (bytes.hasRemaining()) {
      entries.add(entry(bytes));
    }
    if (entries.size() != count) {
      throw inconsistent("the archive's directory does not have as many entries as it says");
    }
    return entries;
  }

  private static int end(ByteBuffer bytes) throws Unsound {
    int last = bytes.capacity() - END;
    for (int at = last; at >= 0 && at >= last - 0xFFFF; at--) {
      if (bytes.getInt(at) == END_SIGNATURE
          && at + END + (bytes.getShort(at + 20) & 0xFFFF) == bytes.capacity()) {
        return at;
      }
    }
    throw new Unsound("truncated", "the archive has no directory at its end");
  }

  private static int index(long position, long before) {
    return Math.toIntExact(Math.subtractExact(position, before));
  }

  private static Entry entry(ByteBuffer bytes) throws Unsound {
    int start = bytes.position();
    if (bytes.getInt(start) != ENTRY_SIGNATURE) {
      throw inconsistent("the archive's directory holds something else than entries");
    }
    if ((bytes.getShort(start + 8) & 0x41) != 0) {
      throw new Unsound("zip-encrypted", "the archive is encrypted");
    }
    long packed = bytes.getInt(start + 20) & IN_EXTRA;
    long unpacked = bytes.getInt(start + 24) & IN_EXTRA;
    int nameLength = bytes.getShort(start + 28) & 0xFFFF;
    int extraLength = bytes.getShort(start + 30) & 0xFFFF;
    int commentLength = bytes.getShort(start + 32) & 0xFFFF;
    long offset = bytes.getInt(start + 42) & IN_EXTRA;
    byte[] name = new byte[nameLength];
    bytes.position(start + 46);
    bytes.get(name);
    int extraEnd = bytes.position() + extraLength;
    ByteBuffer wide = wide(bytes, extraEnd);
    unpacked = unpacked == IN_EXTRA ? wide.getLong() : unpacked;
    packed = packed == IN_EXTRA ? wide.getLong() : packed;
    offset = offset == IN_EXTRA ? wide.getLong() : offset;
    bytes.position(extraEnd + commentLength);
    if (packed < 0 || unpacked < 0 || offset < 0) {
      throw inconsistent("an entry of the archive has a negative size");
    }
    return new Entry(new String(name, StandardCharsets.UTF_8), packed, unpacked, offset);
  }

  /** The sizes of 64 bits in an entry's extra fields; empty when it has none. */
  private static ByteBuffer wide(ByteBuffer bytes, int end) {
    while (bytes.position() + 4 <= end) {
      int id = bytes.getShort() & 0xFFFF;
      int length = bytes.getShort() & 0xFFFF;
      if (id == 1) {
        return bytes
            .slice(bytes.position(), Math.min(length, end - bytes.position()))
            .order(ByteOrder.LITTLE_ENDIAN);
      }
      bytes.position(bytes.position() + length);
    }
    return ByteBuffer.allocate(0);
  }

  private void judge(long size) throws Unsound {
    Set<String> names = new HashSet<>();
    long total = 0;
    for (Entry entry : entries) {
      if (!names.add(entry.name())) {
        throw inconsistent("the archive has two entries of one name");
      }
      if (leaves(entry.name())) {
        throw new Unsound("zip-path", "an entry of the archive would be unpacked outside of it");
      }
      total = Math.addExact(total, entry.unpacked());
    }
    if (total > most(size)) {
      throw new Unsound(
          "zip-bomb", size + " bytes would unpack to " + total + ", allowed are " + most(size));
    }
    List<Entry> laid = byOffset();
    long at = 0;
    for (Entry entry : laid) {
      if (entry.offset() < at || (at == 0 && entry.offset() != 0)) {
        throw new Unsound(
            "zip-overlap", "entries of the archive share bytes, or it does not begin with one");
      }
      at = entry.offset() + LOCAL_HEADER + entry.packed();
    }
    if (at > size) {
      throw inconsistent("an entry of the archive ends after the file");
    }
  }

  List<Entry> byOffset() {
    return entries.stream().sorted(Comparator.comparingLong(Entry::offset)).toList();
  }

  private static boolean leaves(String name) {
    return name.isEmpty()
        || name.startsWith("/")
        || name.indexOf('\\') >= 0
        || name.indexOf(':') >= 0
        || name.indexOf('\0') >= 0
        || List.of(name.split("/", -1)).contains("..");
  }

  private static Unsound inconsistent(String what) {
    return new Unsound("zip-inconsistent", what);
  }
}
