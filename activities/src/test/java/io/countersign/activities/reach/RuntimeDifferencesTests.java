package io.countersign.activities.reach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.activities.adapter.cedar.CedarPolicies;
import io.countersign.activities.adapter.files.DocumentReader;
import io.countersign.activities.adapter.files.FileRootSource;
import io.countersign.activities.check.Contexts;
import io.countersign.activities.port.Progress;
import io.countersign.activities.port.SubjectDigest;
import io.countersign.activities.port.SubjectListing;
import io.countersign.activities.port.SubjectReader;
import io.countersign.activities.port.SubjectSource;
import io.countersign.activities.release.Differences;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy;
import io.countersign.release.Change;
import io.countersign.release.Manifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimeDifferencesTests {
  private static final String NARROW =
      "permit (principal, action, resource) unless { context.dataClasses.contains(Countersign::DataClass::\"pii\") };";
  private static final String WIDE = "permit (principal, action, resource);";

  /** The sources of this test do not ask for rules. */
  private static final GatePolicy ANY_RULES =
      new DocumentReader(key -> key)
          .gatePolicy(new Contexts().gate.getBytes(StandardCharsets.UTF_8));

  @TempDir private Path root;
  private SubjectSource source;

  /** What the others found is kept. */
  private final Differences others = (old, before, now, after, rules) -> List.of(Change.POLICY);

  @BeforeEach
  void readFiles() {
    source = new FileRootSource(List.of(root), 1 << 22, 100);
  }

  private Manifest release(String version, String uri, String policy) throws IOException {
    Files.createDirectories(root.resolve(uri));
    Files.writeString(root.resolve(uri).resolve("p.cedar"), policy);
    return Releases.of(version, source, uri);
  }

  private List<Change> between(@Nullable Manifest old, Manifest now) {
    return new RuntimeDifferences(others, rules -> source, new PolicyReader(new CedarPolicies()))
        .between(old, new TreeMap<>(), now, new TreeMap<>(), ANY_RULES);
  }

  @Test
  void whatPermitsMoreIsWider() throws IOException {
    Manifest old = release("1", "old", NARROW);
    Manifest now = release("2", "now", WIDE);
    assertThat(between(old, now)).containsExactly(Change.POLICY, Change.POLICY_WIDENED);
    assertThat(between(now, old)).containsExactly(Change.POLICY);
  }

  @Test
  void aFirstReleaseIsComparedWithNothing() throws IOException {
    assertThat(between(null, release("1", "now", WIDE))).containsExactly(Change.POLICY);
  }

  @Test
  void equalBytesThatNameTheVersionAreAskedToo() throws IOException {
    String timed =
        WIDE + " forbid (principal, action, resource) when { context.release.version == \"1\" };";
    assertThat(between(release("1", "old", timed), release("2", "now", timed)))
        .contains(Change.POLICY_WIDENED);
  }

  @Test
  void aPredecessorWhosePolicyIsGoneOrChangedCountsAsNarrower() throws IOException {
    Manifest old = release("1", "old", WIDE);
    Manifest now = release("2", "now", WIDE + "// the same");
    assertThat(between(old, now)).doesNotContain(Change.POLICY_WIDENED);
    Files.writeString(root.resolve("old/p.cedar"), NARROW);
    assertThat(between(old, now)).contains(Change.POLICY_WIDENED);
    Files.delete(root.resolve("old/p.cedar"));
    Files.delete(root.resolve("old"));
    assertThat(between(old, now)).contains(Change.POLICY_WIDENED);
  }

  @Test
  void aPolicyThatIsRefusedCountsAsWider() throws IOException {
    assertThat(between(release("1", "old", WIDE), release("2", "now", "is none")))
        .contains(Change.POLICY_WIDENED);
    assertThat(between(release("1", "old", "is none"), release("2", "now", WIDE)))
        .contains(Change.POLICY_WIDENED);
  }

  @Test
  void otherBytesThanThoseOfTheManifestCountAsWider() throws IOException {
    Manifest old = release("1", "old", WIDE);
    Manifest now = release("2", "now", NARROW);
    Files.writeString(root.resolve("now/p.cedar"), NARROW + " ");
    assertThat(between(old, now)).contains(Change.POLICY_WIDENED);
  }

  @Test
  void aReleaseWhoseOwnPolicyIsNotThereCountsAsWider() throws IOException {
    Manifest old = release("1", "old", WIDE);
    Manifest now = release("2", "now", NARROW);
    Files.delete(root.resolve("now/p.cedar"));
    Files.delete(root.resolve("now"));
    assertThat(between(old, now)).contains(Change.POLICY_WIDENED);
  }

  @Test
  void aReleaseWhoseOwnPolicyCannotBeHadNowWaits() throws IOException {
    Manifest old = release("1", "old", WIDE);
    Manifest now = release("2", "now", NARROW);
    source = new OutOfReach(source, "now");
    assertThatThrownBy(() -> between(old, now))
        .isInstanceOfSatisfying(
            GateException.class,
            e -> assertThat(e.type()).isEqualTo(FailureType.SOURCE_UNAVAILABLE));
    assertThat(between(now, old)).as("its predecessor's").contains(Change.POLICY_WIDENED);
  }

  /** A place that does not answer for one subject. */
  private record OutOfReach(SubjectSource all, String uri) implements SubjectSource {
    @Override
    public SubjectDigest digest(String asked, Progress progress) {
      return all.digest(asked, progress);
    }

    @Override
    public SubjectListing read(
        String asked, Supplier<? extends SubjectReader> readers, Progress progress) {
      if (asked.equals(uri)) {
        throw new GateException(FailureType.SOURCE_UNAVAILABLE, uri);
      }
      return all.read(asked, readers, progress);
    }

    @Override
    public byte[] document(String asked, Progress progress) {
      return all.document(asked, progress);
    }
  }
}
