package io.countersign.worker.config;

import io.countersign.activities.adapter.signing.ApproverKeys;
import io.countersign.activities.adapter.signing.BundleLines;
import io.countersign.activities.adapter.signing.Keys;
import io.countersign.activities.adapter.signing.OwnersApproval;
import io.countersign.activities.adapter.signing.StatementReader;
import io.countersign.activities.adapter.timestamp.TimeStampTokens;
import io.countersign.activities.audit.Audit;
import io.countersign.activities.audit.AuditTools;
import io.countersign.activities.port.TimeStampReader;
import io.countersign.activities.report.Verification;
import io.countersign.activities.report.Verification.Outcome;
import io.countersign.activities.report.Verification.Problem;
import io.countersign.activities.signoff.VerificationKey;
import io.countersign.policy.Trust;
import io.countersign.policy.Trust.GateKey;
import java.time.Clock;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Puts together what an auditor verifies with, from a trust file alone: no network, no gate. */
public final class Auditing {
  private Auditing() {}

  /** The tools of whoever believes this. */
  public static AuditTools tools(Trust trust, Clock clock) {
    return new AuditTools(
        new BundleLines(),
        new StatementReader(),
        GateAssembly.reader(),
        new ApproverKeys(),
        gateKeys(trust),
        trust.owners().map(owners -> new OwnersApproval(owners, clock)).orElse(null),
        stamps(trust));
  }

  /** The gate's public keys by the id that signatures name. */
  public static SortedMap<String, VerificationKey> gateKeys(Trust trust) {
    SortedMap<String, VerificationKey> keys = new TreeMap<>();
    for (GateKey key : trust.gateKeys()) {
      keys.put(key.id(), Keys.publicKey(key.publicKey()));
    }
    return keys;
  }

  private static @Nullable TimeStampReader stamps(Trust trust) {
    if (trust.timeStampAuthorities().isEmpty()) {
      return null;
    }
    return TimeStampTokens.of(String.join("\n", trust.timeStampAuthorities()))::verify;
  }

  /** As it stands at the top of a report. */
  public static Verification shown(Audit audit) {
    return new Verification(
        audit.verified() ? Outcome.VERIFIED : Outcome.NOT_VERIFIED,
        audit.findings().stream()
            .map(
                finding ->
                    new Problem(
                        finding.flaw().name(),
                        finding.toString().substring(finding.flaw().name().length() + 2)))
            .toList(),
        audit.notProved());
  }
}
