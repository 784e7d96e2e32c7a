package io.countersign.bench;

import io.countersign.activities.adapter.files.FileRootSource;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectFile;
import io.countersign.activities.port.SubjectListing;
import io.countersign.activities.port.SubjectReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Digests of subjects in a warm cache against the tools that people know, in turns: one large file
 * against OpenSSL, eight large files against model-signing with two workers, many small ones
 * against sha256sum.
 */
final class Digesting {
  private static final String SECTION = "digest";
  private static final int LARGE = 8;
  private static final String MODEL_SIGNING =
      """
      import sys, time
      from model_signing import hashing
      start = time.perf_counter()
      config = hashing.Config().use_file_serialization(max_workers=2)
      model = config.hash(sys.argv[1])
      print(time.perf_counter() - start)
      for one in model.resource_descriptors():
          print(one.digest.digest_hex, one.identifier)
      """;

  private final int rounds;
  private final int gibibytes;
  private final int small;

  Digesting(int rounds, int gibibytes, int small) {
    this.rounds = rounds;
    this.gibibytes = gibibytes;
    this.small = small;
  }

  /** One turn; answers its seconds. */
  private interface Turn {
    double seconds() throws IOException;
  }

  void measure(Path directory, Report report) throws IOException {
    report.title("Digests: %d GiB, then %d small files".formatted(gibibytes, small));
    Files.createDirectories(directory);
    Path one = directory.resolve("one");
    write(one, gibibytes * 1024);
    compare(
        report,
        "one file against openssl",
        1.0,
        () -> ours(directory, "one"),
        () -> told("openssl", "dgst", "-sha256", one.toString()));
    Path eight = Files.createDirectories(directory.resolve("eight"));
    for (int i = 0; i < LARGE; i++) {
      write(eight.resolve("part-" + i), gibibytes * 1024 / LARGE);
    }
    compare(
        report,
        "eight files against model-signing",
        0.95,
        () -> ours(directory, "eight"),
        () -> Double.parseDouble(modelSigning(eight).get(0)));
    requireEqual(directory, eight);
    requireSmallHeap(directory);
    Path many = Files.createDirectories(directory.resolve("many"));
    for (int i = 0; i < small; i++) {
      Path folder = many.resolve("d" + i / 1000);
      if (i % 1000 == 0) {
        Files.createDirectories(folder);
      }
      Files.writeString(folder.resolve("f" + i), "file " + i);
    }
    compare(
        report,
        "small files against sha256sum",
        1.0,
        () -> ours(directory, "many"),
        () ->
            told("sh", "-c", "find \"$0\" -type f -print0 | xargs -0 sha256sum", many.toString()));
  }

  private void compare(Report report, String what, double least, Turn ours, Turn theirs)
      throws IOException {
    List<Double> mine = new ArrayList<>();
    List<Double> other = new ArrayList<>();
    for (int round = -1; round < rounds; round++) {
      double a = ours.seconds();
      double b = theirs.seconds();
      // The first round warms cache and compiler up.
      if (round >= 0) {
        mine.add(a);
        other.add(b);
      }
    }
    report.line(SECTION, what + ": countersign", "s", new Sample(mine), 2);
    report.line(SECTION, what + ": the other", "s", new Sample(other), 2);
    double ratio = new Sample(other).over(new Sample(mine)).median();
    report.against(SECTION, what + ", speed", ratio, "at least", least);
  }

  private static SubjectListing read(Path root, String uri) {
    return new FileRootSource(List.of(root), Long.MAX_VALUE, Integer.MAX_VALUE - 1)
        .read(uri, SubjectReader::none, Progress.unwatched());
  }

  private static double ours(Path root, String uri) {
    long start = System.nanoTime();
    read(root, uri);
    return (System.nanoTime() - start) / 1e9;
  }

  private static double told(String... command) throws IOException {
    long start = System.nanoTime();
    lines(command);
    return (System.nanoTime() - start) / 1e9;
  }

  private static List<String> modelSigning(Path directory) throws IOException {
    Path home = Path.of(System.getProperty("countersign.home", "."));
    Path python = home.resolve(".cache/tools/model-signing/venv/bin/python");
    return lines(python.toString(), "-c", MODEL_SIGNING, directory.toString());
  }

  private static void requireEqual(Path root, Path eight) throws IOException {
    SortedMap<String, String> theirs = new TreeMap<>();
    List<String> said = modelSigning(eight);
    said.subList(1, said.size())
        .forEach(line -> theirs.put(line.substring(65), line.substring(0, 64)));
    SortedMap<String, String> ours = new TreeMap<>();
    for (SubjectFile file : read(root, "eight").files()) {
      ours.put(file.path(), file.digest().hex());
    }
    if (!ours.equals(theirs)) {
      throw new IllegalStateException("model-signing has other digests");
    }
  }

  /** A process with less heap than any of the files must digest them. */
  private static void requireSmallHeap(Path root) throws IOException {
    lines(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx64m",
        "-cp",
        System.getProperty("java.class.path"),
        Digesting.class.getName(),
        root.toString());
  }

  /** The process with a small heap. */
  public static void main(String[] arguments) {
    System.out.println(read(Path.of(arguments[0]), "eight").subject().digest());
  }

  private static List<String> lines(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IllegalStateException(command[0] + " failed: " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return said.lines().toList();
  }

  private static void write(Path file, int mebibytes) throws IOException {
    byte[] piece = new byte[1 << 20];
    Random random = new Random(file.hashCode());
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int i = 0; i < mebibytes; i++) {
        random.nextBytes(piece);
        out.write(piece);
      }
    }
  }
}
