package io.countersign.worker.gate;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks for known values in bytes of any kind: as they are, in hexadecimal of either case, in
 * base64 of both alphabets at each of its three alignments, and in each of these once more on top,
 * because a history exported as JSON holds envelopes that hold statements. A value is looked for in
 * pieces of 12 bytes, so that a part of it, or one that a line break or a page of a database cuts,
 * is found too. Compressed or encrypted bytes are not looked into.
 */
public final class CanarySearch {
  private static final int PIECE = 12;
  private static final int HEAD = Long.BYTES;
  private static final int CHUNK = 1 << 20;
  private static final int FILTER_BITS = 20;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final Map<Long, List<Needle>> needles = new HashMap<>();
  private final BitSet filter = new BitSet(1 << FILTER_BITS);
  private int longest = HEAD;

  private record Needle(String canary, String form, byte[] bytes) {}

  /**
   * Where a value was seen first.
   *
   * @param canary its name, never the value
   * @param form how it was written, as {@code base64(hex)}; empty for as it is
   */
  public record Sighting(String canary, String form, String place, long offset) {}

  /** Looks for this text from now on. */
  public CanarySearch plant(String name, String value) {
    return plant(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Looks for these bytes from now on; less than 12 would be found by chance and are refused.
   *
   * @param name of the value in sightings
   */
  public CanarySearch plant(String name, byte[] value) {
    if (value.length < PIECE) {
      throw new IllegalArgumentException(name + ": allowed are 12 bytes or more");
    }
    for (int from = 0; from + PIECE <= value.length; from += PIECE) {
      forms(Arrays.copyOfRange(value, from, from + PIECE))
          .forEach((form, bytes) -> add(new Needle(name, form, bytes)));
    }
    return this;
  }

  /** What is seen in these bytes; each value in each form once. */
  public List<Sighting> in(String place, byte[] bytes) {
    return in(place, new ByteArrayInputStream(bytes));
  }

  /** What is seen in this text. */
  public List<Sighting> in(String place, String text) {
    return in(place, text.getBytes(StandardCharsets.UTF_8));
  }

  /** What is seen in all files below a directory, links not followed. */
  public List<Sighting> inTree(Path root) {
    List<Sighting> seen = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        try (InputStream bytes = Files.newInputStream(file)) {
          seen.addAll(in(file.toString(), bytes));
        } catch (NoSuchFileException removedMeanwhile) {
          // A running server rotates its files.
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return seen;
  }

  /** What is seen in this stream, which is read to its end in one buffer. */
  public List<Sighting> in(String place, InputStream bytes) {
    Map<String, Sighting> seen = new LinkedHashMap<>();
    byte[] buffer = new byte[CHUNK + longest];
    int kept = 0;
    long begin = 0;
    try {
      while (true) {
        int read = bytes.readNBytes(buffer, kept, CHUNK);
        int filled = kept + read;
        boolean last = read < CHUNK;
        int starts = Math.max(0, last ? filled - HEAD + 1 : filled - longest + 1);
        scan(place, buffer, filled, starts, begin, seen);
        if (last) {
          return List.copyOf(seen.values());
        }
        kept = filled - starts;
        System.arraycopy(buffer, starts, buffer, 0, kept);
        begin += starts;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void scan(
      String place, byte[] buffer, int filled, int starts, long begin, Map<String, Sighting> seen) {
    for (int at = 0; at < starts; at++) {
      long head = (long) LONG.get(buffer, at);
      if (!filter.get(slot(head))) {
        continue;
      }
      for (Needle needle : needles.getOrDefault(head, List.of())) {
        byte[] sought = needle.bytes();
        if (at + sought.length <= filled
            && Arrays.equals(buffer, at, at + sought.length, sought, 0, sought.length)) {
          seen.putIfAbsent(
              needle.canary() + " " + needle.form(),
              new Sighting(needle.canary(), needle.form(), place, begin + at));
        }
      }
    }
  }

  private void add(Needle needle) {
    long head = (long) LONG.get(needle.bytes(), 0);
    needles.computeIfAbsent(head, any -> new ArrayList<>()).add(needle);
    filter.set(slot(head));
    longest = Math.max(longest, needle.bytes().length);
  }

  private static int slot(long head) {
    return (int) ((head * 0x9E3779B97F4A7C15L) >>> (Long.SIZE - FILTER_BITS));
  }

  /** The ways to write these bytes, by name; those that come out alike are one. */
  static Map<String, byte[]> forms(byte[] value) {
    Map<String, byte[]> all = new LinkedHashMap<>(Map.of("", value));
    Map<String, byte[]> once = written(value);
    all.putAll(once);
    once.forEach(
        (inner, bytes) ->
            written(bytes).forEach((outer, twice) -> all.put(outer + "(" + inner + ")", twice)));
    Collection<String> distinct =
        all.entrySet().stream()
            .collect(
                Collectors.toMap(
                    form -> new String(form.getValue(), StandardCharsets.ISO_8859_1),
                    Map.Entry::getKey,
                    (first, alike) -> first,
                    LinkedHashMap::new))
            .values();
    all.keySet().retainAll(distinct);
    return all;
  }

  private static Map<String, byte[]> written(byte[] value) {
    Map<String, byte[]> forms = new LinkedHashMap<>();
    forms.put("hex", ascii(HexFormat.of().formatHex(value)));
    forms.put("HEX", ascii(HexFormat.of().withUpperCase().formatHex(value)));
    for (int before = 0; before < 3; before++) {
      forms.put("base64+" + before, base64(Base64.getEncoder(), value, before));
      forms.put("base64url+" + before, base64(Base64.getUrlEncoder(), value, before));
    }
    return forms;
  }

  /** Those characters of the value after so many other bytes that the value alone decides. */
  private static byte[] base64(Base64.Encoder encoder, byte[] value, int before) {
    byte[] shifted = new byte[before + value.length];
    System.arraycopy(value, 0, shifted, before, value.length);
    String text = encoder.withoutPadding().encodeToString(shifted);
    int first = (before * 8 + 5) / 6;
    int end = shifted.length * 8 / 6;
    return ascii(text.substring(first, end));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
