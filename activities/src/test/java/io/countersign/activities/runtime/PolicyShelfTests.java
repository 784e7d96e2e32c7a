package io.countersign.activities.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.countersign.activities.port.GovernedRelease;
import io.countersign.activities.port.GovernedRelease.Hold;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.RuntimePolicies;
import io.countersign.activities.port.RuntimePolicies.Compilation;
import io.countersign.activities.port.RuntimePolicy;
import io.countersign.activities.port.RuntimeRequest;
import io.countersign.activities.port.RuntimeVerdict;
import io.countersign.activities.port.SubjectDigest;
import io.countersign.activities.port.SubjectFile;
import io.countersign.activities.port.SubjectListing;
import io.countersign.activities.port.SubjectReader;
import io.countersign.activities.port.SubjectSource;
import io.countersign.activities.runtime.ApprovedPolicies.Held;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class PolicyShelfTests {
  private final Deque<Runnable> work = new ArrayDeque<>();
  private final Map<String, String> places = new HashMap<>();
  private PolicyShelf.Rails rails = new PolicyShelf.Rails(DecisionPointTests.digest(""), Map.of());
  private int reads;
  private int compiled;
  private long nanos;

  private final PolicyShelf shelf =
      new PolicyShelf(
          new PolicyBytes(() -> Optional.of(new Places())),
          new Engine(),
          () -> rails,
          work::add,
          () -> nanos);

  @Test
  void nobodyWaitsForAPolicyAndItIsReadAndCompiledOnce() {
    places.put("policy/", "permit");
    assertThat(shelf.of(release("1.0.0", "permit")))
        .isEqualTo(new Held.Missing(DecisionReason.POLICY_LOADING));
    assertThat(reads).isZero();
    run();
    assertThat(shelf.of(release("1.0.0", "permit"))).isInstanceOf(Held.Ready.class);
    assertThat(shelf.of(release("2.0.0", "permit"))).isInstanceOf(Held.Ready.class);
    run();
    assertThat(reads).isEqualTo(1);
    assertThat(compiled).isEqualTo(1);
  }

  @Test
  void otherBytesThanTheApprovedOnesAreNeverCompiled() {
    places.put("policy/", "permit everything");
    shelf.of(release("1.0.0", "permit"));
    run();
    assertThat(shelf.of(release("1.0.0", "permit")))
        .isEqualTo(new Held.Missing(DecisionReason.POLICY_BYTES_DIFFER));
    assertThat(compiled).isZero();
    assertThat(work).isEmpty();

    nanos += Duration.ofSeconds(11).toNanos();
    places.put("policy/", "permit");
    shelf.of(release("1.0.0", "permit"));
    run();
    assertThat(shelf.of(release("1.0.0", "permit"))).isInstanceOf(Held.Ready.class);
  }

  @Test
  void aPlaceThatIsAwayAndAPolicyThatIsNoneHaveReasonsOfTheirOwn() {
    shelf.of(release("1.0.0", "permit"));
    places.put("policy/", "refuse");
    shelf.of(release("2.0.0", "refuse"));
    places.clear();
    run();
    assertThat(shelf.of(release("1.0.0", "permit")))
        .isEqualTo(new Held.Missing(DecisionReason.POLICY_UNREACHABLE));
    places.put("policy/", "refuse");
    nanos += Duration.ofSeconds(11).toNanos();
    shelf.of(release("2.0.0", "refuse"));
    run();
    assertThat(shelf.of(release("2.0.0", "refuse")))
        .isEqualTo(new Held.Missing(DecisionReason.POLICY_REFUSED));
  }

  @Test
  void newGuardRailsAreCompiledInWithoutReadingAgain() {
    places.put("policy/", "permit");
    shelf.of(release("1.0.0", "permit"));
    run();
    Held before = shelf.of(release("1.0.0", "permit"));
    rails =
        new PolicyShelf.Rails(
            DecisionPointTests.digest("rails"), Map.of("org.cedar", new byte[] {1}));
    assertThat(shelf.of(release("1.0.0", "permit"))).isEqualTo(before);
    run();
    assertThat(shelf.of(release("1.0.0", "permit"))).isNotEqualTo(before);
    assertThat(reads).isEqualTo(1);
    assertThat(compiled).isEqualTo(2);
  }

  @Test
  void earlierGuardRailsDoNotGoOnWhereTheNewerOnesAreNeverCompiledIn() {
    places.put("policy/", "permit");
    shelf.of(release("1.0.0", "permit"));
    run();
    nanos += Duration.ofHours(1).toNanos();
    rails =
        new PolicyShelf.Rails(
            DecisionPointTests.digest("rails"), Map.of("org.cedar", new byte[] {1}));
    assertThat(shelf.of(release("1.0.0", "permit"))).isInstanceOf(Held.Ready.class);
    nanos += PolicyShelf.GRACE.toNanos();
    assertThat(shelf.of(release("1.0.0", "permit"))).isInstanceOf(Held.Ready.class);
    nanos++;
    assertThat(shelf.of(release("1.0.0", "permit")))
        .isEqualTo(new Held.Missing(DecisionReason.POLICY_LOADING));
    run();
    assertThat(shelf.of(release("1.0.0", "permit"))).isInstanceOf(Held.Ready.class);
  }

  @Test
  void keepsOnlyThePoliciesThatReleasesAskFor() {
    places.put("policy/", "permit");
    shelf.of(release("1.0.0", "permit"));
    run();
    shelf.retain(Set.of());
    assertThat(shelf.ready(DecisionPointTests.digest("permit"))).isNull();
    assertThat(shelf.of(release("1.0.0", "permit")))
        .isEqualTo(new Held.Missing(DecisionReason.POLICY_LOADING));
  }

  private void run() {
    for (Runnable next = work.poll(); next != null; next = work.poll()) {
      next.run();
    }
  }

  private static GovernedRelease release(String version, String text) {
    GovernedRelease like = DecisionPointTests.release(version, Hold.IN_FORCE);
    return new GovernedRelease(
        new ReleaseId("production", "fraud-scorer", version),
        like.releaseDigest(),
        like.workload(),
        like.tools(),
        like.dataClasses(),
        "policy/",
        DecisionPointTests.digest(text),
        like.gateDigest(),
        like.until(),
        like.hold());
  }

  private final class Places implements SubjectSource {
    @Override
    public SubjectDigest digest(String uri, Progress progress) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SubjectListing read(
        String uri, Supplier<? extends SubjectReader> readers, Progress progress) {
      String text = places.get(uri);
      if (text == null) {
        throw new GateException(FailureType.SOURCE_UNAVAILABLE, "away");
      }
      reads++;
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      try {
        readers.get().file("policy.cedar", bytes.length, new ByteArrayInputStream(bytes));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return SubjectListing.of(new SubjectFile("policy.cedar", bytes.length, Digest.of(bytes)));
    }

    @Override
    public byte[] document(String uri, Progress progress) {
      throw new UnsupportedOperationException();
    }
  }

  private final class Engine implements RuntimePolicies {
    @Override
    public Compilation compile(Map<String, byte[]> policy, Map<String, byte[]> guardRails) {
      compiled++;
      return new String(policy.get("policy.cedar"), StandardCharsets.UTF_8).startsWith("permit")
          ? new Compilation.Ready(new Policy(compiled))
          : new Compilation.Refused(List.of("policy.cedar: is none"));
    }
  }

  private record Policy(int number) implements RuntimePolicy {
    @Override
    public RuntimeVerdict decide(RuntimeRequest request) {
      return new RuntimeVerdict(RuntimeVerdict.Answer.PERMITTED, List.of());
    }

    @Override
    public Prospect prospect(RuntimeRequest request) {
      return new Prospect(Possibility.SOMETIMES, Digest.of(new byte[0]));
    }

    @Override
    public Set<String> names() {
      return Set.of();
    }
  }
}
