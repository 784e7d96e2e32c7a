package io.countersign.activities.audit;

import io.countersign.activities.port.DocumentParser;
import io.countersign.activities.port.EvidenceLines;
import io.countersign.activities.port.KeyReader;
import io.countersign.activities.port.RuleApproval;
import io.countersign.activities.port.SignedStatements;
import io.countersign.activities.port.TimeStampReader;
import io.countersign.activities.signoff.VerificationKey;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What an auditor believes and reads with.
 *
 * @param gateKeys by the id that signatures name
 * @param approval null where the trust file says that nobody signs the rules
 * @param stamps null where the trust file names no authority
 */
public record AuditTools(
    EvidenceLines lines,
    SignedStatements statements,
    DocumentParser parser,
    KeyReader keys,
    SortedMap<String, VerificationKey> gateKeys,
    @Nullable RuleApproval approval,
    @Nullable TimeStampReader stamps) {
  public AuditTools {
    gateKeys = Collections.unmodifiableSortedMap(new TreeMap<>(gateKeys));
    if (gateKeys.isEmpty()) {
      throw new IllegalArgumentException("audit: gateKeys must not be empty");
    }
  }
}
