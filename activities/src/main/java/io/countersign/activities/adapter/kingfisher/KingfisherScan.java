package io.countersign.activities.adapter.kingfisher;

import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SecretScanner.Leak;
import io.countersign.activities.port.SecretScanner.Report;
import io.countersign.activities.port.SecretScanner.Scan;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * One scan in a directory of its own. Files are named by number, so that no name, extension or
 * repository in a subject changes what is looked at. A planted token shows that the scanner works.
 */
final class KingfisherScan implements Scan {
  private static final int FILES = 20_000;
  private static final long BYTES = 256L * 1024 * 1024;
  private static final String PLANTED = "planted";

  private final Path program;
  private final Path cache;
  private final Path directory;
  private final Path texts;
  private final Map<Digest, String> copies = new HashMap<>();
  private final Map<String, TreeSet<String>> names = new HashMap<>();
  private long bytes;

  KingfisherScan(Path program, Path cache, Path directory) throws IOException {
    this.program = program;
    this.cache = cache;
    this.directory = directory;
    this.texts = Files.createDirectory(directory.resolve("texts"));
  }

  @Override
  public void add(String name, byte[] text) {
    if (text.length == 0) {
      return;
    }
    Digest digest = Digest.of(text);
    String copy = copies.get(digest);
    if (copy == null) {
      copy = Integer.toString(copies.size() + 1);
      bytes += text.length;
      if (copies.size() == FILES || bytes > BYTES) {
        throw new GateException(
            FailureType.SOURCE_REFUSED,
            "found more than " + FILES + " texts or " + BYTES + " bytes to scan for secrets");
      }
      copies.put(digest, copy);
      write(texts.resolve(copy), text);
    }
    names.computeIfAbsent(copy, none -> new TreeSet<>()).add(name);
  }

  @Override
  public Report run(Progress progress) {
    write(texts.resolve(PLANTED), planted());
    Path report = directory.resolve("report.json");
    new KingfisherProcess(program, cache, directory).scan(texts, report, progress);
    KingfisherReport read = KingfisherReport.read(report);
    long expected = bytes + planted().length;
    if (read.blobs() != copies.size() + 1 || read.bytes() != expected) {
      throw KingfisherScanner.broken(
          "the secret scanner looked at "
              + read.blobs()
              + " of "
              + (copies.size() + 1)
              + " texts and "
              + read.bytes()
              + " of "
              + expected
              + " bytes");
    }
    if (read.hits().stream().noneMatch(hit -> hit.file().equals(PLANTED))) {
      throw KingfisherScanner.broken("the secret scanner did not find what was planted for it");
    }
    List<Leak> leaks = new ArrayList<>();
    for (KingfisherReport.Hit hit : read.hits()) {
      if (hit.file().equals(PLANTED)) {
        continue;
      }
      TreeSet<String> places = names.get(hit.file());
      if (places == null) {
        throw KingfisherScanner.broken("the secret scanner names a text that it was not given");
      }
      places.forEach(name -> leaks.add(new Leak(name, hit.line(), hit.rule())));
    }
    return new Report("kingfisher " + read.version() + ", " + read.rules() + " rules", leaks);
  }

  /**
   * Looks like a token of GitHub and is none; made here, so that no file of this project has it.
   */
  static byte[] planted() {
    String made = Digest.of("planted".getBytes(StandardCharsets.UTF_8)).hex();
    StringBuilder token = new StringBuilder("token = ghp_");
    for (int i = 0; i < 36; i++) {
      int value = Integer.parseInt(made.substring(i, i + 2), 16) % 62;
      token.append(
          (char) (value < 10 ? '0' + value : value < 36 ? 'a' + value - 10 : 'A' + value - 36));
    }
    return token.append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void write(Path file, byte[] content) {
    try {
      Files.write(file, content);
    } catch (IOException e) {
      throw new GateException(
          FailureType.CHECK_BROKEN, "a text cannot be copied for the secret scanner", e);
    }
  }

  @Override
  public void close() {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new GateException(
          FailureType.CHECK_BROKEN, "copies for the secret scanner cannot be removed", e);
    }
  }
}
