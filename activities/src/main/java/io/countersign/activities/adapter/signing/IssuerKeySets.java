package io.countersign.activities.adapter.signing;

import com.nimbusds.jose.jwk.JWKSet;
import io.countersign.activities.port.WorkloadTokens;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy;
import io.countersign.policy.GatePolicy.Issuer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys of issuers from the PEM files or key set addresses that a gate policy names, read by a
 * thread of their own: files every second, so that a key which was taken out of one speaks for
 * nobody any more; key sets every five minutes and when a token comes with another key, at most
 * every ten seconds. What cannot be read keeps its last keys for an hour.
 */
public final class IssuerKeySets implements WorkloadTokens.Rules, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(IssuerKeySets.class);
  private static final int LIMIT = 256 * 1024;
  private static final Duration EVERY = Duration.ofMinutes(5);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration LEAST = Duration.ofSeconds(10);
  private static final Duration MOST_AGE = Duration.ofHours(1);

  private final Path directory;
  private final ConcurrentHashMap<String, Fetched> fetched = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<List<String>, Listed> listed = new ConcurrentHashMap<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread made = new Thread(work, "countersign-issuer-keys");
            made.setDaemon(true);
            return made;
          });

  /**
   * @param directory where the policy's relative paths start
   */
  public IssuerKeySets(Path directory) {
    this.directory = directory;
  }

  @Override
  public WorkloadTokens under(GatePolicy policy) {
    return new WorkloadTokenVerifier(policy, this::keys);
  }

  private WorkloadKeys keys(String name, Issuer issuer) {
    String address = issuer.jwksUrl();
    return address != null
        ? fetched.computeIfAbsent(address, url -> new Fetched(name, URI.create(url)))
        : listed.computeIfAbsent(issuer.publicKeys(), files -> listed(name, files));
  }

  private Listed listed(String name, List<String> files) {
    try {
      return new Listed(name, files);
    } catch (IllegalArgumentException e) {
      throw new GateException(
          FailureType.INVALID_GATE_POLICY, "issuers: " + name + ": " + e.getMessage());
    }
  }

  private String text(String file) {
    try (InputStream stream = Files.newInputStream(directory.resolve(file))) {
      byte[] bytes = stream.readNBytes(LIMIT + 1);
      if (bytes.length > LIMIT) {
        throw new IllegalArgumentException(file + ": is larger than " + LIMIT + " bytes");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + ": cannot be read");
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private static GateException outOfReach(String name) {
    return new GateException(
        FailureType.SOURCE_UNAVAILABLE, "issuers: " + name + ": the keys are out of reach");
  }

  private final class Listed implements WorkloadKeys {
    private final String name;
    private final List<String> files;
    private volatile Generation newest;
    private volatile long readAt = System.nanoTime();
    private List<String> texts;
    private boolean troubled;

    Listed(String name, List<String> files) {
      this.name = name;
      this.files = List.copyOf(files);
      this.texts = files.stream().map(IssuerKeySets.this::text).toList();
      this.newest = Generation.ofPem(texts);
      var unused =
          thread.scheduleWithFixedDelay(
              this::read, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public Generation now() {
      if (System.nanoTime() - readAt > MOST_AGE.toNanos()) {
        throw outOfReach(name);
      }
      return newest;
    }

    @Override
    public void wanted() {}

    private void read() {
      try {
        List<String> found = files.stream().map(IssuerKeySets.this::text).toList();
        if (!found.equals(texts)) {
          newest = Generation.ofPem(found);
          texts = found;
          LOG.info("The keys of issuer {} are other ones", name);
        }
        readAt = System.nanoTime();
        troubled = false;
      } catch (RuntimeException unreadable) {
        if (!troubled) {
          troubled = true;
          LOG.warn("The keys of issuer {} were not read", name);
        }
      }
    }
  }

  private final class Fetched implements WorkloadKeys {
    private final String name;
    private final URI address;
    private final AtomicBoolean asked = new AtomicBoolean();
    private volatile @Nullable Generation newest;
    private volatile long readAt;
    private String text = "";

    Fetched(String name, URI address) {
      this.name = name;
      this.address = address;
      var unused =
          thread.scheduleWithFixedDelay(this::read, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public Generation now() {
      Generation keys = newest;
      if (keys == null || System.nanoTime() - readAt > MOST_AGE.toNanos()) {
        wanted();
        throw outOfReach(name);
      }
      return keys;
    }

    @Override
    public void wanted() {
      if (asked.compareAndSet(false, true)) {
        var unused =
            thread.schedule(
                () -> {
                  asked.set(false);
                  read();
                },
                newest == null ? 1_000 : LEAST.toMillis(),
                TimeUnit.MILLISECONDS);
      }
    }

    private void read() {
      try {
        String found = IssuerKeyFetch.text(address, LIMIT);
        if (newest == null || !found.equals(text)) {
          newest = Generation.of(JWKSet.parse(found).toPublicJWKSet().getKeys());
          text = found;
        }
        readAt = System.nanoTime();
      } catch (IOException | ParseException | RuntimeException e) {
        LOG.warn("The keys of issuer {} were not read", name);
      }
    }
  }
}
