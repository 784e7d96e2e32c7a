package io.countersign.activities.release;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.port.GateRules.Rules;
import io.countersign.activities.port.GateRules.SignedFile;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.decision.Decision.Approved;
import io.countersign.decision.Decision.Rejected;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.Entry;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.record.GrantRequestKey;
import io.countersign.record.NewEntry;
import io.countersign.release.Digest;
import io.countersign.signoff.SignOffDecision;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Writes down what was decided and under whose rights, so that an auditor can judge again
 * (docs/evidence.md). Says what happened; nothing relies on it.
 */
public final class Decisions {
  private final ReleaseRecord record;
  private final Evidence evidence;
  private final Ledger ledger;

  public Decisions(ReleaseRecord record, Evidence evidence, Ledger ledger) {
    this.record = record;
    this.evidence = evidence;
    this.ledger = ledger;
  }

  /** Before anything is judged by another approvers file than the one that was named last. */
  public void rights(Dossier dossier, Rules now) {
    List<Entry> told = record.entries().entries(dossier.id(), Set.of(EntryKind.RIGHTS));
    String last =
        told.isEmpty()
            ? dossier.frozen().approversDigest().toString()
            : Dossiers.json(told.get(told.size() - 1).body()).path("approversDigest").asText();
    if (now.approversDigest().toString().equals(last)) {
      return;
    }
    String key = "rights/" + (told.size() + 1) + "/" + now.approversDigest().hex();
    SignedFile file = now.approversFile();
    record.documents().putDocument(file.digest(), file.bytes());
    record.documents().putDocument(file.signaturesDigest(), file.signatures());
    once(
        ledger.entry(
            dossier.id(),
            EntryKind.RIGHTS,
            Ledger.GATE,
            new EntryKey(key),
            body ->
                body.put("approversDigest", file.digest().toString())
                    .put(FrozenRules.APPROVERS_SIGNATURES, file.signaturesDigest().toString())));
  }

  /**
   * Before a grant. Whoever decides again for the same request with the same result adds nothing.
   */
  public void approved(Dossier dossier, Rules now, Grounds grounds, GrantRequestKey request) {
    Set<Digest> counted = new LinkedHashSet<>();
    Approved yes = (Approved) grounds.decision();
    yes.approvals().forEach(said -> counted.add(said.statementDigest()));
    yes.waivers().forEach(said -> counted.add(said.statementDigest()));
    Consumer<ObjectNode> body = body(dossier, now, grounds, "APPROVED", counted);
    NewEntry entry =
        ledger.entry(
            dossier.id(), EntryKind.DECISION, Ledger.GATE, new EntryKey("decision/approved"), body);
    String key =
        "decision/"
            + Digest.of(request.text().getBytes(StandardCharsets.UTF_8)).hex()
            + "/"
            + entry.body().digest().hex();
    if (!ledger.has(dossier.id(), EntryKind.DECISION, key)) {
      ledger.append(dossier.id(), EntryKind.DECISION, key, body);
    }
  }

  /** The first "no" of a round; what others say after it changes nothing. */
  public void rejected(Dossier dossier, Rules now, Grounds grounds) {
    Rejected no = (Rejected) grounds.decision();
    String key = "decision/rejected/" + grounds.round();
    if (ledger.has(dossier.id(), EntryKind.DECISION, key)) {
      return;
    }
    Set<Digest> counted = new LinkedHashSet<>();
    if (no.type() == FailureType.REJECTED) {
      grounds.signOffs().stream()
          .filter(s -> s.decision() == SignOffDecision.REJECT)
          .filter(s -> s.reviewDigest().equals(grounds.review()))
          .forEach(s -> counted.add(s.statementDigest()));
    }
    once(
        ledger.entry(
            dossier.id(),
            EntryKind.DECISION,
            Ledger.GATE,
            new EntryKey(key),
            body -> {
              body(dossier, now, grounds, "REJECTED", counted).accept(body);
              body.put("why", no.type() + ": " + no.why());
            }));
  }

  private Consumer<ObjectNode> body(
      Dossier dossier, Rules now, Grounds grounds, String outcome, Set<Digest> counted) {
    return body -> {
      body.put("outcome", outcome);
      body.put("round", grounds.round());
      body.put("reviewDigest", grounds.review().toString());
      body.put("approversDigest", now.approversDigest().toString());
      ArrayNode signOffs = body.putArray("signOffs");
      counted.forEach(digest -> signOffs.add(digest.toString()));
      ArrayNode checks = body.putArray("checks");
      evidence
          .checkStatements(dossier.id(), grounds.round())
          .forEach(digest -> checks.add(digest.toString()));
    };
  }

  /** Another worker that was quicker with other words has told the same. */
  private void once(NewEntry entry) {
    try {
      record.entries().append(entry);
    } catch (GateException conflict) {
      if (conflict.type() != FailureType.RECORD_CONFLICT) {
        throw conflict;
      }
    }
  }
}
