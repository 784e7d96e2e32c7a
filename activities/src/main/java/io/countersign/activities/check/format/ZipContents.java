package io.countersign.activities.check.format;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A ZIP archive: PyTorch, NumPy (.npz), Keras 3 and others come in one. It may run code unless all
 * in it is proved harmless, which is tried for plain NumPy arrays and for Keras. It is unpacked in
 * passing, entry by entry, and nothing of it is kept.
 */
final class ZipContents {
  private static final int CONFIG = 16 * 1024 * 1024;
  private static final int NAMES = 65_536;

  private final long most;
  private final List<String> names = new ArrayList<>();
  private long unpacked;
  private boolean arrays = true;
  private @Nullable Boolean config;

  private ZipContents(long size) {
    most = ZipDirectory.most(size);
  }

  static boolean begins(ModelBytes file) {
    return file.has(0, 'P', 'K', 3, 4) || file.has(0, 'P', 'K', 5, 6);
  }

  static Verdict read(ModelBytes file) throws IOException, Unsound {
    TailStream bytes = new TailStream(file.all(), ZipDirectory.TAIL);
    ZipContents contents = new ZipContents(file.size());
    boolean whole = contents.unpack(bytes);
    bytes.drain();
    ZipDirectory directory = ZipDirectory.read(bytes.tail(), file.size());
    if (!whole) {
      return code(directory);
    }
    List<String> listed = directory.byOffset().stream().map(ZipDirectory.Entry::name).toList();
    if (!contents.names.equals(listed)) {
      throw new Unsound(
          "zip-inconsistent", "the archive's directory lists other entries than it has");
    }
    if (!listed.isEmpty() && contents.arrays) {
      return new Verdict.Sound("npz", listed.size(), List.of());
    }
    return Boolean.TRUE.equals(contents.config) && listed.stream().allMatch(ZipContents::ofKeras)
        ? Verdict.Sound.of("keras")
        : code(directory);
  }

  private static Verdict code(ZipDirectory directory) {
    List<String> names = directory.entries().stream().map(ZipDirectory.Entry::name).toList();
    if (names.contains("config.json")) {
      return new Verdict.MayRunCode("keras", "a Keras archive with parts that may carry code");
    }
    return names.stream().anyMatch(name -> name.equals("data.pkl") || name.endsWith("/data.pkl"))
        ? new Verdict.MayRunCode("pytorch", "an archive with a pickle in it")
        : new Verdict.MayRunCode("zip", "an archive whose contents are not proved harmless");
  }

  private static boolean ofKeras(String name) {
    return name.equals("config.json")
        || name.equals("metadata.json")
        || name.equals("model.weights.h5");
  }

  /** Whether every entry could be read one after the other. */
  private boolean unpack(InputStream bytes) throws IOException, Unsound {
    try {
      ZipInputStream zip = new ZipInputStream(bytes);
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (names.size() == NAMES) {
          return false;
        }
        names.add(entry.getName());
        entry(entry.getName(), new Counted(zip));
      }
      return true;
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      // Stored entries of unknown length, as PyTorch writes them, and archives that are cut off.
      return false;
    } catch (TooMuch e) {
      throw new Unsound("zip-bomb", "it unpacks to more than " + most + " bytes");
    }
  }

  private void entry(String name, InputStream contents) throws IOException {
    if (name.endsWith(".npy")) {
      arrays &= plain(contents);
    } else {
      arrays = false;
      if (name.equals("config.json")) {
        byte[] read = contents.readNBytes(CONFIG + 1);
        config = config == null && read.length <= CONFIG && KerasConfig.harmless(read);
      }
    }
    contents.transferTo(java.io.OutputStream.nullOutputStream());
  }

  private static boolean plain(InputStream array) throws IOException {
    try {
      return NumpyArray.read(array, -1) instanceof Verdict.Sound;
    } catch (Unsound e) {
      return false;
    }
  }

  /** More was unpacked than is allowed. */
  private static final class TooMuch extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /** What is unpacked, counted against the limit of the archive. */
  private final class Counted extends InputStream {
    private final InputStream in;

    Counted(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int read = in.read(into, offset, length);
      unpacked += Math.max(read, 0);
      if (unpacked > most) {
        throw new TooMuch();
      }
      return read;
    }
  }
}
