package io.countersign.worker.runtime;

import io.countersign.activities.adapter.signing.SignedPermits;
import io.countersign.activities.port.Permits;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import io.countersign.worker.config.Auditing;
import io.countersign.worker.config.GateAssembly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * By which keys a decision node believes the gate: those of a trust file, which reached this host
 * by another way than the record. A changed file is taken at the next look. One that cannot be used
 * changes nothing for as long as the record may be old, and then nothing is believed.
 */
public final class GateKeys implements Supplier<Permits> {
  private static final Logger LOG = LoggerFactory.getLogger(GateKeys.class);
  private static final Permits NONE = new SignedPermits(Map.of());
  private static final long LIMIT = 1 << 20;

  private final Path file;
  private final Duration limit;
  private final LongSupplier nanos;

  /** Of whoever looks alone. */
  private String trouble = "";

  private volatile Read read;

  private record Read(Digest digest, Permits permits, long at) {}

  /**
   * Reads the file, so that a node without keys does not start.
   *
   * @param limit for how long keys count whose file cannot be read any more
   */
  public GateKeys(Path file, Duration limit, LongSupplier nanos) {
    this.file = file;
    this.limit = limit;
    this.nanos = nanos;
    byte[] bytes = bytes();
    this.read = new Read(Digest.of(bytes), permits(bytes), nanos.getAsLong());
  }

  @Override
  public Permits get() {
    Read newest = read;
    return nanos.getAsLong() - newest.at() > limit.toNanos() ? NONE : newest.permits();
  }

  /** Reads once more. */
  public void look() {
    long began = nanos.getAsLong();
    try {
      byte[] bytes = bytes();
      Digest digest = Digest.of(bytes);
      Read before = read;
      boolean same = before.digest().equals(digest);
      read = new Read(digest, same ? before.permits() : permits(bytes), began);
      if (!same || !trouble.isEmpty()) {
        LOG.info("The gate is believed by the keys of {}, {}", file.getFileName(), digest);
      }
      trouble = "";
    } catch (GateException unusable) {
      String why = String.valueOf(unusable.getMessage());
      if (!why.equals(trouble)) {
        trouble = why;
        LOG.error("The gate's keys were not read: {}", why);
      }
    }
  }

  private byte[] bytes() {
    try {
      if (Files.size(file) > LIMIT) {
        throw new GateException(FailureType.RULES_UNUSABLE, file + ": more than 1 MiB");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new GateException(FailureType.RULES_UNUSABLE, file + ": cannot be read");
    }
  }

  private Permits permits(byte[] bytes) {
    return new SignedPermits(
        Auditing.gateKeys(GateAssembly.reader().trust(String.valueOf(file.getFileName()), bytes)));
  }
}
