package io.countersign.worker.cli;

import io.countersign.activities.adapter.cedar.CedarPolicies;
import io.countersign.activities.adapter.files.ApproversDocument;
import io.countersign.activities.adapter.files.GateDocument;
import io.countersign.activities.adapter.files.GuardRailFiles;
import io.countersign.activities.port.RuntimePolicies.Compilation;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.GatePolicy;
import io.countersign.release.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** The two files of the gate's own rules. */
enum RulesFile {
  GATE(FailureType.INVALID_GATE_POLICY),
  APPROVERS(FailureType.INVALID_APPROVERS);

  private static final Pattern APPROVERS_KIND =
      Pattern.compile("^kind:\\s*[\"']?Approvers\\b", Pattern.MULTILINE);
  private static final String ANYTHING = "permit (principal, action, resource);";
  private static final int GLANCE = 64 * 1024;

  private final FailureType refusal;

  RulesFile(FailureType refusal) {
    this.refusal = refusal;
  }

  /** Which of the two a file says to be; only reading it tells whether it is. */
  static RulesFile of(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      String head = new String(in.readNBytes(GLANCE), StandardCharsets.UTF_8);
      return APPROVERS_KIND.matcher(head).find() ? APPROVERS : GATE;
    } catch (IOException e) {
      throw new IllegalArgumentException(file + ": cannot be read", e);
    }
  }

  /** What the refusal of unsigned bytes is called. */
  FailureType refusal() {
    return refusal;
  }

  /**
   * A valid file.
   *
   * @param about one line on what is in it
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Valid(byte[] bytes, Digest digest, String about) {}

  /** Reads and validates a file. */
  Valid read(Path file) {
    if (this == APPROVERS) {
      ApproversDocument document = Surroundings.reader().approvers(file);
      return new Valid(
          document.bytes(), document.digest(), document.approvers().people().size() + " people");
    }
    GateDocument document = Surroundings.reader().gate(file);
    int guardRails = guardRails(file, document.policy());
    return new Valid(
        document.bytes(),
        document.digest(),
        document.policy().systems().size()
            + " systems, tiers "
            + document.policy().tiers().stream().map(tier -> tier.name()).toList()
            + (guardRails == 0 ? "" : ", " + guardRails + " guard-rail files"));
  }

  /** Guard rails that cannot be used would deny everything to everybody. */
  private static int guardRails(Path file, GatePolicy policy) {
    Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent());
    Map<String, byte[]> files = new GuardRailFiles(directory).under(policy);
    Compilation compilation =
        files.isEmpty()
            ? null
            : new CedarPolicies()
                .compile(Map.of("any.cedar", ANYTHING.getBytes(StandardCharsets.UTF_8)), files);
    if (compilation instanceof Compilation.Refused refused) {
      throw new GateException(
          FailureType.INVALID_GATE_POLICY,
          file + ": guardRails: " + String.join("; ", refused.defects()));
    }
    return files.size();
  }
}
