package io.countersign.activities.adapter.signing;

import io.countersign.activities.port.RuleApproval;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.policy.Approvers;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Four eyes over archived rule files, for somebody who does not know under which name an
 * installation keeps them: the name is the one that its owners signed, the same for both.
 */
public final class OwnersApproval implements RuleApproval {
  private static final int NAMES = 16;

  private final PolicyApproval approval;

  /**
   * @param owners the people of the auditor's trust file
   */
  public OwnersApproval(Approvers owners, Clock clock) {
    this.approval = new PolicyApproval(() -> owners, clock);
  }

  @Override
  public void require(byte[] file, byte[] signatures, Instant at) {
    for (String name : names(signatures)) {
      try {
        approval.requireArchived(
            Path.of(name), file, signatures, at, FailureType.INVALID_GATE_POLICY);
        return;
      } catch (GateException | InvalidPathException tooFew) {
        continue;
      }
    }
    throw new GateException(
        FailureType.BAD_SIGNATURE,
        "fewer than " + PolicyApproval.OWNERS + " policy owners of the trust file signed it");
  }

  private static Set<String> names(byte[] signatures) {
    Set<String> names = new LinkedHashSet<>();
    for (String line : new String(signatures, StandardCharsets.UTF_8).lines().toList()) {
      try {
        DsseEnvelope envelope = DsseEnvelope.parse(line.getBytes(StandardCharsets.UTF_8));
        String name =
            StrictJson.object("statement", envelope.payload()).at("/subject/0/name").asText();
        if (!name.isEmpty() && names.size() < NAMES) {
          names.add(name);
        }
      } catch (GateException unreadable) {
        continue;
      }
    }
    return names;
  }
}
