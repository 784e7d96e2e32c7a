package io.countersign.activities.adapter.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectFile;
import io.countersign.activities.port.SubjectListing;
import io.countersign.activities.port.SubjectReader;
import io.countersign.activities.port.SubjectSource;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileRootSourceTests {
  private static final Progress UNWATCHED = Progress.unwatched();

  @TempDir Path directory;
  private Path root;
  private Path outside;

  @BeforeEach
  void lay() throws IOException {
    root = Files.createDirectories(directory.resolve("root"));
    outside = Files.createDirectories(directory.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "secret");
    Files.createDirectories(root.resolve("model/.hidden"));
    Files.writeString(root.resolve("model/weights"), "weights");
    Files.writeString(root.resolve("model/.hidden/x"), "");
    Files.writeString(root.resolve("train.csv"), "a,b\n");
  }

  private FileRootSource source() {
    return new FileRootSource(List.of(root), 1 << 20, 100);
  }

  @Test
  void digestsAFileByItsBytes() {
    assertThat(source().digest("train.csv", UNWATCHED).digest())
        .isEqualTo(Digest.of(Documents.bytes("a,b\n")));
    assertThat(source().document("train.csv", UNWATCHED)).isEqualTo(Documents.bytes("a,b\n"));
  }

  @Test
  void digestsADirectoryByTheListingThatTheFormSays() {
    String listing =
        """
        countersign-directory-v1
        dir .hidden
        file 0 EMPTY .hidden/x
        file 7 WEIGHTS weights
        """
            .replace("EMPTY", Digest.of(new byte[0]).hex())
            .replace("WEIGHTS", Digest.of(Documents.bytes("weights")).hex());
    assertThat(source().digest("model/", UNWATCHED).digest())
        .isEqualTo(Digest.of(Documents.bytes(listing)));
    assertThat(source().digest("model", UNWATCHED).files()).isEqualTo(2);
    assertThat(source().digest("model", UNWATCHED).bytes()).isEqualTo(7);
  }

  @Test
  void showsAReaderTheBytesThatItDigests() {
    Map<String, String> seen = new TreeMap<>();
    SubjectListing listing =
        source()
            .read(
                "model",
                () ->
                    (path, size, bytes) ->
                        seen.put(
                            path,
                            size + ":" + new String(bytes.readAllBytes(), StandardCharsets.UTF_8)),
                UNWATCHED);
    assertThat(seen)
        .containsExactlyInAnyOrderEntriesOf(Map.of(".hidden/x", "0:", "weights", "7:weights"));
    assertThat(listing.subject()).isEqualTo(source().digest("model", UNWATCHED));
    assertThat(listing.files())
        .containsExactly(
            new SubjectFile(".hidden/x", 0, Digest.of(new byte[0])),
            new SubjectFile("weights", 7, Digest.of(Documents.bytes("weights"))));
  }

  @Test
  void digestsTheSameByOneThreadAsByTwo() throws IOException {
    for (int i = 0; i < 300; i++) {
      Path folder = Files.createDirectories(root.resolve("many/" + i % 7));
      Files.writeString(folder.resolve("f" + i), "x".repeat(i * i));
    }
    FileRootSource large = new FileRootSource(List.of(root), 1L << 30, 1_000);
    SubjectListing alone = large.read("many", () -> (path, size, bytes) -> {}, UNWATCHED);
    assertThat(alone.files()).hasSize(300);
    assertThat(large.read("many", SubjectReader::none, UNWATCHED)).isEqualTo(alone);
    refused(() -> new FileRootSource(List.of(root), 1_000_000, 1_000).digest("many", UNWATCHED));
    refused(() -> new FileRootSource(List.of(root), 1L << 30, 306).digest("many", UNWATCHED));
  }

  @Test
  void stopsWhenTheOneWhoWatchesSaysSo() throws IOException {
    for (int i = 0; i < 50; i++) {
      Files.writeString(root.resolve("model/f" + i), "x");
    }
    AtomicInteger beats = new AtomicInteger();
    Progress cancelled =
        (what, bytes) -> {
          beats.incrementAndGet();
          throw new IllegalStateException("cancelled");
        };
    assertThatThrownBy(() -> source().digest("model", cancelled)).hasMessage("cancelled");
    assertThat(beats.get()).isBetween(1, 2);
  }

  @Test
  void digestsWhatAReaderLeftOrSkipped() {
    SubjectListing whole = source().read("train.csv", SubjectReader::none, UNWATCHED);
    SubjectReader idle =
        (path, size, bytes) -> {
          assertThat(bytes.read()).isEqualTo('a');
          assertThat(bytes.skip(2)).isEqualTo(2);
        };
    assertThat(source().read("train.csv", () -> idle, UNWATCHED)).isEqualTo(whole);
    assertThat(whole.directory()).isFalse();
    assertThat(whole.files()).extracting(SubjectFile::path).containsExactly("train.csv");
  }

  @Test
  void makesANewReaderWhenBytesChangedUnderTheFirst() {
    List<String> seen = new ArrayList<>();
    source()
        .read(
            "train.csv",
            () ->
                (path, size, bytes) -> {
                  if (seen.isEmpty()) {
                    write(root.resolve("train.csv"), "a,b\nc,d\n");
                  }
                  try {
                    seen.add(new String(bytes.readAllBytes(), StandardCharsets.UTF_8));
                  } catch (IOException kept) {
                    seen.add("cut off");
                  }
                },
            UNWATCHED);
    assertThat(seen).containsExactly("cut off", "a,b\nc,d\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        ".",
        "..",
        "../outside/secret",
        "model/../../outside/secret",
        "model/..",
        "/etc/passwd",
        "//etc/passwd",
        "model//weights",
        "./train.csv",
        "model\\weights",
        "C:\\x",
        "file:///etc/passwd",
        "https://example.com/x",
        "s3://bucket/x",
        "oci://r/x",
        "model/weights\u0000",
        "model/wei\nghts",
        "model/\u202eweights",
        "train.csv/x",
        "none",
        "%2e%2e/outside"
      })
  void refusesWhatDoesNotLieBelowTheRoot(String uri) {
    refused(() -> source().digest(uri, UNWATCHED));
    refused(() -> source().document(uri, UNWATCHED));
  }

  @Test
  void refusesLinksWhereverTheyLead() throws IOException {
    Files.createSymbolicLink(root.resolve("out"), outside);
    Files.createSymbolicLink(root.resolve("in"), root.resolve("model"));
    Files.createSymbolicLink(root.resolve("secret"), outside.resolve("secret"));
    Files.createSymbolicLink(root.resolve("model/.hidden/deep"), outside.resolve("secret"));
    for (String uri : List.of("out", "out/secret", "in", "in/weights", "secret", "model")) {
      refused(() -> source().digest(uri, UNWATCHED));
    }
    refused(() -> source().document("secret", UNWATCHED));
    refused(() -> source().document("out/secret", UNWATCHED));
  }

  @Test
  void refusesAFifoAtOnce() throws Exception {
    Process made = new ProcessBuilder("mkfifo", root.resolve("model/pipe").toString()).start();
    Assumptions.assumeTrue(made.waitFor() == 0, "no mkfifo here");
    refused(() -> source().digest("model", UNWATCHED));
    refused(() -> source().digest("model/pipe", UNWATCHED));
    refused(() -> source().document("model/pipe", UNWATCHED));
  }

  @ParameterizedTest
  @ValueSource(strings = {"new\nline", "bell\u0007", "\u202ename", "e\u0301"})
  void refusesNamesThatAreNotOnePlainLine(String name) throws IOException {
    try {
      Files.writeString(root.resolve("model").resolve(name), "x");
    } catch (java.nio.file.InvalidPathException e) {
      Assumptions.abort("this platform does not take the name");
    }
    refused(() -> source().digest("model", UNWATCHED));
  }

  @Test
  void refusesMoreThanItsLimits() throws IOException {
    FileRootSource small = new FileRootSource(List.of(root), 6, 100);
    refused(() -> small.digest("model", UNWATCHED));
    FileRootSource few = new FileRootSource(List.of(root), 100, 2);
    refused(() -> few.digest("model", UNWATCHED));
    assertThat(new FileRootSource(List.of(root), 7, 3).digest("model", UNWATCHED).files())
        .isEqualTo(2);
    Files.createDirectories(root.resolve("deep/" + "d/".repeat(40)));
    refused(() -> source().digest("deep", UNWATCHED));
    try (RandomAccessFile file = new RandomAccessFile(root.resolve("huge").toFile(), "rw")) {
      file.setLength(SubjectSource.DOCUMENT_LIMIT + 1L);
    }
    refused(() -> source().document("huge", UNWATCHED));
  }

  @Test
  void refusesAPathThatTwoRootsHave() throws IOException {
    Files.writeString(outside.resolve("train.csv"), "other");
    FileRootSource both = new FileRootSource(List.of(root, outside), 100, 10);
    refused(() -> both.digest("train.csv", UNWATCHED));
    assertThat(both.digest("secret", UNWATCHED).bytes()).isEqualTo(6);
  }

  @Test
  void readsAHundredMegabytesWithoutHoldingThem() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(root.resolve("huge").toFile(), "rw")) {
      file.setLength(100L << 20);
    }
    AtomicInteger beats = new AtomicInteger();
    long before = allocated();
    new FileRootSource(List.of(root), 1L << 30, 10)
        .digest("huge", (what, bytes) -> beats.incrementAndGet());
    assertThat(allocated() - before).isLessThan(8L << 20);
    assertThat(beats.get()).isEqualTo(1_600);
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean)
            java.lang.management.ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  @Test
  void readsAgainWhenAFileChangesWhileItIsRead() {
    AtomicInteger reads = new AtomicInteger();
    Progress meddler =
        (what, bytes) -> {
          if (reads.incrementAndGet() == 1) {
            write(root.resolve("train.csv"), "a,b\nc,d\n");
          }
        };
    assertThat(source().digest("train.csv", meddler).digest())
        .isEqualTo(Digest.of(Documents.bytes("a,b\nc,d\n")));
    assertThat(reads.get()).isGreaterThan(1);
  }

  @Test
  void givesUpOnAFileThatKeepsChanging() {
    StringBuilder growing = new StringBuilder();
    Progress meddler =
        (what, bytes) -> write(root.resolve("train.csv"), growing.append("x").toString());
    assertThatThrownBy(() -> source().digest("train.csv", meddler))
        .isInstanceOfSatisfying(
            GateException.class,
            e -> assertThat(e.type()).isEqualTo(FailureType.SOURCE_UNAVAILABLE));
  }

  @Test
  void neverReadsThroughALinkThatIsSwappedIn() throws Exception {
    Path inner = Files.createDirectories(root.resolve("swap/inner"));
    Files.writeString(inner.resolve("secret"), "harmless");
    Path moved = root.resolve("moved");
    Digest harmless = Digest.of(Documents.bytes("harmless"));
    List<Throwable> odd = new ArrayList<>();
    Thread swapper =
        new Thread(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                try {
                  Files.move(inner, moved);
                  Files.createSymbolicLink(inner, outside);
                  Files.delete(inner);
                  Files.move(moved, inner);
                } catch (IOException e) {
                  odd.add(e);
                }
              }
            });
    swapper.start();
    int read = 0;
    try {
      for (int i = 0; i < 5_000; i++) {
        try {
          assertThat(source().digest("swap/inner/secret", UNWATCHED).digest()).isEqualTo(harmless);
          read++;
        } catch (GateException refused) {
          assertThat(refused.type())
              .isIn(FailureType.SOURCE_REFUSED, FailureType.SOURCE_UNAVAILABLE);
        }
      }
    } finally {
      swapper.interrupt();
      swapper.join();
    }
    assertThat(read).isPositive();
    assertThat(odd).isEmpty();
  }

  @Test
  void keepsTheOldRulesWithoutDescriptors() throws IOException {
    try (OpenDirectory top = new OpenDirectory.PathDirectory(root.toRealPath())) {
      assertThat(
              new SubjectHasher(100, 10, SubjectReader.none(), UNWATCHED)
                  .digest(top, Path.of("model"))
                  .subject())
          .isEqualTo(source().digest("model", UNWATCHED));
      Files.createSymbolicLink(root.resolve("out"), outside);
      assertThatThrownBy(() -> top.directory(Path.of("out"))).isInstanceOf(IOException.class);
      Files.createSymbolicLink(root.resolve("secret"), outside.resolve("secret"));
      assertThatThrownBy(() -> top.file(Path.of("secret"))).isInstanceOf(IOException.class);
    }
  }

  @Test
  void onlyTheThreadThatAsksIsToldOfProgress() throws IOException {
    many();
    Set<Thread> told = ConcurrentHashMap.newKeySet();
    source().digest("many", (what, bytes) -> told.add(Thread.currentThread()));
    assertThat(told).containsExactly(Thread.currentThread());
  }

  @Test
  void whoIsToldOfProgressMayStopTheReading() throws IOException {
    many();
    IllegalStateException stop = new IllegalStateException("cancelled");
    assertThatThrownBy(
            () ->
                source()
                    .digest(
                        "many",
                        (what, bytes) -> {
                          throw stop;
                        }))
        .isSameAs(stop);
  }

  private void many() throws IOException {
    Path many = Files.createDirectories(root.resolve("many"));
    for (int i = 0; i < 60; i++) {
      Files.write(many.resolve("file" + i), new byte[10_000]);
    }
  }

  @Test
  void saysUnavailableWhenARootIsAway() {
    FileRootSource away = new FileRootSource(List.of(directory.resolve("away")), 100, 10);
    assertThatThrownBy(() -> away.digest("x", UNWATCHED))
        .isInstanceOfSatisfying(
            GateException.class,
            e -> assertThat(e.type()).isEqualTo(FailureType.SOURCE_UNAVAILABLE));
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void refused(ThrowingCallable reading) {
    assertThatThrownBy(reading)
        .isInstanceOfSatisfying(
            GateException.class, e -> assertThat(e.type()).isEqualTo(FailureType.SOURCE_REFUSED));
  }
}
