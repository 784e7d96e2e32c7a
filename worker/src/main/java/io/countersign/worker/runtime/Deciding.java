package io.countersign.worker.runtime;

import io.countersign.activities.adapter.cedar.CedarPolicies;
import io.countersign.activities.adapter.files.GuardRailFiles;
import io.countersign.activities.adapter.postgres.PostgresDatabase;
import io.countersign.activities.adapter.postgres.PostgresDecisionBatches;
import io.countersign.activities.adapter.postgres.PostgresLiveTraces;
import io.countersign.activities.adapter.signing.IssuerKeySets;
import io.countersign.activities.adapter.signing.KeyFiles;
import io.countersign.activities.adapter.signing.Keys;
import io.countersign.activities.adapter.signing.NodeEnvelopes;
import io.countersign.activities.batch.NodeLedger;
import io.countersign.activities.live.LiveBoard;
import io.countersign.activities.port.GateRules;
import io.countersign.activities.runtime.DecisionPoint;
import io.countersign.activities.runtime.PolicyBytes;
import io.countersign.activities.runtime.PolicyShelf;
import io.countersign.activities.runtime.RuleBook;
import io.countersign.worker.config.DecisionSettings;
import io.countersign.worker.config.GateAssembly;
import io.countersign.worker.config.Settings;
import io.countersign.worker.config.SettledParts;
import io.countersign.worker.config.TrustedSources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A decision point with everything that it needs. It starts with a record that is away, and denies
 * until it has read it; rules that cannot be used keep it from starting.
 */
public final class Deciding implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Deciding.class);
  private static final long RULES_MILLIS = 1_000;
  private static final long PREPARE_MILLIS = 100;
  private static final long STOP_SECONDS = 5;

  private final Parts parts;
  private final DecisionServer server;

  private Deciding(Parts parts, DecisionServer server) {
    this.parts = parts;
    this.server = server;
  }

  /** Starts deciding. */
  public static Deciding start(Settings settings, DecisionSettings decisions) {
    Parts opened = new Parts();
    try {
      return new Deciding(opened, server(settings, decisions, opened));
    } catch (RuntimeException | Error failed) {
      opened.close();
      throw failed;
    }
  }

  private static DecisionServer server(Settings settings, DecisionSettings decisions, Parts parts) {
    Clock clock = Clock.systemUTC();
    Path gateFile = settings.gateFile().toAbsolutePath();
    Path directory = Objects.requireNonNull(gateFile.getParent());
    GateRules rules = SettledParts.rules(settings, gateFile);
    rules.now();
    IssuerKeySets tokens = parts.add(new IssuerKeySets(directory));
    RuleBook book =
        new RuleBook(
            rules,
            tokens,
            new GuardRailFiles(directory),
            TrustedSources.of(settings, directory),
            decisions.live().staleness(),
            System::nanoTime);
    book.look();
    GateKeys gate = new GateKeys(decisions.trust(), decisions.live().staleness(), System::nanoTime);
    PostgresDatabase database = parts.add(new PostgresDatabase(settings.postgres()));
    NodeLedger ledger = parts.add(ledger(decisions, database, clock));
    LiveBoard live =
        parts.add(
            new LiveBoard(
                new PostgresLiveTraces(database),
                GateAssembly.reader(),
                gate,
                decisions.live(),
                clock));
    ExecutorService readers = Executors.newFixedThreadPool(2, named("countersign-policies"));
    parts.add(() -> stop(readers));
    PolicyShelf shelf =
        new PolicyShelf(
            new PolicyBytes(() -> book.page().map(RuleBook.Page::source)),
            new CedarPolicies(),
            book::rails,
            readers,
            System::nanoTime);
    live.start();
    ledger.start();
    ScheduledExecutorService looking =
        Executors.newSingleThreadScheduledExecutor(named("countersign-rules"));
    parts.add(() -> stop(looking));
    again(looking, book::look, RULES_MILLIS);
    again(looking, gate::look, RULES_MILLIS);
    again(looking, () -> book.prepare(live.view(), shelf), PREPARE_MILLIS);
    DecisionServer server =
        parts.add(
            DecisionServer.start(
                decisions.http(),
                book,
                new DecisionPoint(live, shelf, ledger, clock),
                live,
                clock));
    LOG.info("Decisions: {}", server.url());
    return server;
  }

  private static NodeLedger ledger(
      DecisionSettings decisions, PostgresDatabase database, Clock clock) {
    try {
      return new NodeLedger(
          decisions.batches(),
          new NodeEnvelopes(KeyFiles.readPrivate(decisions.key(), Keys.Passphrase::unavailable)),
          new PostgresDecisionBatches(database),
          clock);
    } catch (IOException e) {
      throw new UncheckedIOException("countersign.decisions.directory cannot be used", e);
    }
  }

  private static void again(ScheduledExecutorService thread, Runnable work, long millis) {
    var unused =
        thread.scheduleWithFixedDelay(
            () -> {
              try {
                work.run();
              } catch (RuntimeException | Error defect) {
                // What was read last stands, and grows too old by itself.
                LOG.error("A look at the rules broke off", defect);
              }
            },
            0,
            millis,
            TimeUnit.MILLISECONDS);
  }

  /** What is closed after it may rely on its threads being gone. */
  private static void stop(ExecutorService threads) {
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("A look at the rules or at a policy did not end within {} s", STOP_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ThreadFactory named(String name) {
    return work -> {
      Thread thread = new Thread(work, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  /** How workloads address it. */
  public String url() {
    return server.url();
  }

  @Override
  public void close() {
    parts.close();
  }

  /** What was opened, closed in the other order. */
  private static final class Parts {
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T part) {
      opened.push(part);
      return part;
    }

    synchronized void close() {
      while (!opened.isEmpty()) {
        try {
          opened.pop().close();
        } catch (Exception e) {
          LOG.warn("A part of the decision point did not close", e);
        }
      }
    }
  }
}
