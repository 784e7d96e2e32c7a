package io.countersign.activities.batch;

import io.countersign.activities.batch.BatchStatement.Lost;
import io.countersign.activities.batch.Spool.Chain;
import io.countersign.activities.port.DecisionBatches;
import io.countersign.activities.port.DecisionBatches.Batch;
import io.countersign.activities.port.DecisionLedger;
import io.countersign.activities.port.GateSigner;
import io.countersign.failure.GateException;
import io.countersign.record.JsonDocument;
import io.countersign.release.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger of one decision node. Whoever decides counts and leaves; one thread writes raw lines,
 * closes the interval with a signed batch and hands batches to the store in their order. While the
 * disk or the store is away the counts stay, and what is lost is said in the next batch.
 */
public final class NodeLedger implements DecisionLedger, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeLedger.class);
  private static final int QUEUE = 16_384;
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration AGAIN = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final BatchLimits limits;
  private final GateSigner signer;
  private final DecisionBatches store;
  private final Clock clock;
  private final BlockingQueue<Decided> lines = new ArrayBlockingQueue<>(QUEUE);
  private final AtomicLong dropped = new AtomicLong();
  private final FileChannel alone;
  private final RawLines raw;
  private final Spool spool;
  private final Object counting = new Object();
  private final Thread thread = new Thread(this::run, "countersign-decisions");

  private DecisionTally tally = new DecisionTally();
  private Chain chain;
  private Instant from;
  private long restarts;
  private long refused;
  private long droppedTold;
  private long sendAt = System.nanoTime();
  private String trouble = "";
  private volatile boolean closed;

  /**
   * @param signer signs with the node's key, or with the gate's where the gate decides itself
   * @throws IOException when the directory cannot be used: a node that could keep nothing does not
   *     start
   */
  public NodeLedger(BatchLimits limits, GateSigner signer, DecisionBatches store, Clock clock)
      throws IOException {
    this.limits = limits;
    this.signer = signer;
    this.store = store;
    this.clock = clock;
    this.alone = alone(limits.directory());
    this.raw =
        new RawLines(limits.directory().resolve("lines"), limits.lineBytes(), limits.lineFiles());
    this.spool = new Spool(limits.directory().resolve("batches"), limits.waiting());
    Chain known = spool.chain();
    this.chain = known == null ? begin() : known;
    this.restarts = known != null && known.open() ? 1 : 0;
    this.from = clock.instant();
    chain = new Chain(chain.node(), chain.number(), chain.head(), true);
    spool.chain(chain);
    thread.setDaemon(true);
  }

  /** Two nodes in one directory would tear one chain in two. */
  private static FileChannel alone(Path directory) throws IOException {
    Files.createDirectories(directory);
    FileChannel channel =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException same) {
      // Of this process: as much somebody else's as another process's is.
      channel.close();
      throw new IOException("another node uses this directory", same);
    }
    channel.close();
    throw new IOException("another node uses this directory");
  }

  private Chain begin() {
    String random = UUID.randomUUID().toString().substring(0, 8);
    return Chain.begin(limits.node() + "-" + random);
  }

  public void start() {
    thread.start();
  }

  @Override
  public void note(Decided decided) {
    synchronized (counting) {
      tally.add(decided);
    }
    if (limits.lineBytes() > 0 && !lines.offer(decided)) {
      dropped.incrementAndGet();
    }
  }

  /** Ends the interval, hands over what it can and says that nothing is missing. */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join(PATIENCE.toMillis());
      alone.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      told("the directory was not given back", e);
    }
  }

  private void run() {
    while (!closed) {
      try {
        Decided one = lines.poll(200, TimeUnit.MILLISECONDS);
        drain(one);
      } catch (InterruptedException e) {
        closed = true;
      }
      if (!clock.instant().isBefore(from.plus(limits.interval()))) {
        end(false);
      }
      send();
    }
    drain(lines.poll());
    // A full spool takes the last batch all the same.
    if (end(true)) {
      sendAt = System.nanoTime();
      send();
      try {
        spool.chain(new Chain(chain.node(), chain.number(), chain.head(), false));
      } catch (IOException e) {
        told("the chain was not closed", e);
      }
    }
    raw.close();
  }

  private void drain(@Nullable Decided first) {
    for (Decided one = first; one != null; one = lines.poll()) {
      raw.write(one, lineFile());
    }
    raw.flush();
  }

  private String lineFile() {
    // The time keeps a file of an interval that nobody closed from being written over.
    return String.format(
        Locale.ROOT, "%s-%012d-%d", chain.node(), chain.number() + 1, from.toEpochMilli());
  }

  /** Closes the interval; false where that has to be tried again, and everything stays counted. */
  private boolean end(boolean last) {
    DecisionTally counted;
    synchronized (counting) {
      counted = tally;
      if (counted.isEmpty()) {
        from = clock.instant();
        return true;
      }
    }
    try {
      if (!last && spool.full()) {
        return false;
      }
      synchronized (counting) {
        tally = new DecisionTally();
      }
      Batch batch;
      try {
        batch = batch(counted);
        spool.add(batch);
      } catch (IOException | RuntimeException failure) {
        synchronized (counting) {
          tally = counted.with(tally);
        }
        throw failure;
      }
      chain = new Chain(batch.node(), batch.number(), batch.digest(), true);
      raw.end();
      dropped.addAndGet(-droppedTold);
      restarts = 0;
      refused = 0;
      from = clock.instant();
      sendAt = System.nanoTime();
      return true;
    } catch (IOException | RuntimeException failure) {
      told("a batch could not be made and is tried again", failure);
      return false;
    }
  }

  private Batch batch(DecisionTally counted) {
    List<String> sections = counted.sections().stream().map(JsonDocument::text).toList();
    HashTree tree = new HashTree(sections);
    droppedTold = dropped.get();
    BatchStatement statement =
        new BatchStatement(
            chain.node(),
            chain.number() + 1,
            chain.head(),
            from,
            clock.instant(),
            tree.root(),
            sections.size(),
            counted.allowed(),
            counted.denied(),
            raw.soFar(),
            new Lost(raw.lost() + droppedTold, restarts, refused));
    JsonDocument document = statement.document();
    return new Batch(
        chain.node(),
        chain.number() + 1,
        chain.head(),
        Digest.of(document.text().getBytes(StandardCharsets.UTF_8)),
        signer.sign(document),
        sections);
  }

  private void send() {
    if (System.nanoTime() - sendAt < 0) {
      return;
    }
    try {
      for (Batch next = spool.oldest(); next != null; next = spool.oldest()) {
        send(next);
      }
      trouble = "";
      sendAt = System.nanoTime() + LOOK.toNanos();
    } catch (IOException | RuntimeException failure) {
      sendAt = System.nanoTime() + AGAIN.toNanos();
      told("batches wait for the store", failure);
    }
  }

  private void send(Batch batch) throws IOException {
    try {
      store.store(batch);
    } catch (GateException no) {
      if (no.type().retryable()) {
        throw no;
      }
      // Another history of this chain is stored, as after a restored disk: a new one begins.
      refused++;
      told("the store refused a batch; a new chain begins", no);
      if (batch.node().equals(chain.node())) {
        chain = begin();
        spool.chain(chain);
      }
    }
    spool.remove(batch);
  }

  private void told(String what, Exception failure) {
    String why =
        failure instanceof GateException gate
            ? String.valueOf(gate.getMessage())
            : failure.getClass().getSimpleName();
    if (!(what + why).equals(trouble)) {
      trouble = what + why;
      LOG.warn("{}: {}", what, why);
    }
  }
}
