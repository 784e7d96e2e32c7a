package io.countersign.activities.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.port.GateRules.Rules;
import io.countersign.activities.port.GateRules.SignedFile;
import io.countersign.failure.GateException;
import io.countersign.policy.Approvers;
import io.countersign.policy.GatePolicy;
import io.countersign.release.Digest;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The rule files of a bundle: what they say and who put them in force. A file that its owners did
 * not sign is a finding once, and its words are still followed, so that the rest can be told.
 */
final class RuleBook {
  static final String GATE = "gate.yaml";
  static final String APPROVERS = "approvers.yaml";
  private static final String SIGNATURES = ".sigs.jsonl";

  private final AuditTools tools;
  private final Consumer<Finding> findings;
  private final Map<Digest, byte[]> files = new HashMap<>();

  RuleBook(AuditTools tools, Consumer<Finding> findings) {
    this.tools = tools;
    this.findings = findings;
  }

  /** Whether a document of this role is a rule file or its signatures. */
  static boolean holds(String role) {
    return role.equals(GATE)
        || role.equals(APPROVERS)
        || role.equals(GATE + SIGNATURES)
        || role.equals(APPROVERS + SIGNATURES);
  }

  static String signatures(String file) {
    return file + SIGNATURES;
  }

  void keep(Digest digest, byte[] content) {
    files.put(digest, content);
  }

  /** The rules of a submission. */
  Optional<Rules> frozen(Told resolved) {
    return gate(resolved)
        .flatMap(
            gate ->
                approvers(resolved)
                    .map(
                        approvers ->
                            new Rules(
                                gate.policy(),
                                gate.file(),
                                approvers.approvers(),
                                approvers.file(),
                                tools.keys().of(approvers.approvers()))));
  }

  /** The same rules with other approvers. */
  Optional<Rules> with(Rules rules, Told rights) {
    return approvers(rights)
        .map(
            approvers ->
                new Rules(
                    rules.policy(),
                    rules.gate(),
                    approvers.approvers(),
                    approvers.file(),
                    tools.keys().of(approvers.approvers())));
  }

  private record Gate(GatePolicy policy, SignedFile file) {}

  private record People(Approvers approvers, SignedFile file) {}

  private Optional<Gate> gate(Told told) {
    SignedFile file = file(told, GATE, "gateDigest", "gateSignatures");
    try {
      return Optional.of(new Gate(tools.parser().gatePolicy(file.bytes()), file));
    } catch (GateException invalid) {
      return unreadable(told, GATE);
    }
  }

  private Optional<People> approvers(Told told) {
    SignedFile file = file(told, APPROVERS, "approversDigest", "approversSignatures");
    try {
      Approvers approvers = tools.parser().approvers(file.bytes());
      return Optional.of(new People(approvers, file));
    } catch (GateException invalid) {
      return unreadable(told, APPROVERS);
    }
  }

  private <T> Optional<T> unreadable(Told told, String file) {
    findings.accept(
        new Finding(Flaw.UNREADABLE, 0, told.seq(), file + " is not valid by its schema"));
    return Optional.empty();
  }

  private SignedFile file(Told told, String name, String digest, String signatures) {
    byte[] bytes = document(told.body().path(digest));
    byte[] signed =
        told.body().hasNonNull(signatures) ? document(told.body().path(signatures)) : new byte[0];
    requireOwners(name, bytes, signed, told.seq(), told.at());
    return new SignedFile(bytes, signed);
  }

  /** Every document that an entry names is there: that was asked when its seal was complete. */
  private byte[] document(JsonNode digest) {
    byte[] content = files.get(Digest.parse(digest.asText()));
    if (content == null) {
      throw new IllegalArgumentException("a rule file has no digest");
    }
    return content;
  }

  private void requireOwners(String name, byte[] bytes, byte[] signed, long seq, Instant at) {
    if (tools.approval() == null) {
      return;
    }
    try {
      tools.approval().require(bytes, signed, at);
    } catch (GateException refused) {
      findings.accept(new Finding(Flaw.BAD_SIGNATURE, 0, seq, name + ": " + Unfit.detail(refused)));
    }
  }
}
