package io.countersign.activities.runtime;

import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectSource;
import io.countersign.activities.reach.PolicyFiles;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the bytes of approved policies from the places that the rules trust. */
public final class PolicyBytes {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyBytes.class);

  private final Supplier<Optional<SubjectSource>> source;

  /**
   * @param source of the rules in force; empty while there are none
   */
  public PolicyBytes(Supplier<Optional<SubjectSource>> source) {
    this.source = source;
  }

  /**
   * @param trouble null where the files are those that were approved
   */
  record Read(@Nullable DecisionReason trouble, Map<String, byte[]> files) {
    static Read failed(DecisionReason trouble) {
      return new Read(trouble, Map.of());
    }
  }

  Read read(String uri, Digest approved) {
    Optional<SubjectSource> places = source.get();
    if (places.isEmpty()) {
      return Read.failed(DecisionReason.POLICY_UNREACHABLE);
    }
    try {
      return new Read(null, PolicyFiles.read(places.get(), uri, approved, Progress.unwatched()));
    } catch (GateException failure) {
      LOG.warn("The policy {} was not read: {}", approved, failure.getMessage());
      return Read.failed(
          switch (failure.type()) {
            case DIGEST_MISMATCH -> DecisionReason.POLICY_BYTES_DIFFER;
            case OVERSIZED, SOURCE_REFUSED -> DecisionReason.POLICY_REFUSED;
            default -> DecisionReason.POLICY_UNREACHABLE;
          });
    }
  }
}
