package io.countersign.activities.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.port.DecisionBatches;
import io.countersign.activities.port.DecisionBatches.Batch;
import io.countersign.activities.port.EvidenceLines;
import io.countersign.activities.port.EvidenceLines.Line;
import io.countersign.activities.port.GateRules;
import io.countersign.activities.port.KeyReader;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.release.Ledger;
import io.countersign.activities.signoff.VerificationKey;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.EntryKind;
import io.countersign.record.JsonDocument;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds batches into the record: of each release that a batch tells of, its own section with the
 * proof that it is part of what the node signed, and nothing of any other release. Only batches
 * that a key of the rules in force signed are folded; others wait, because a rule may be late.
 */
public final class Folding {
  private static final Logger LOG = LoggerFactory.getLogger(Folding.class);
  private static final int AT_ONCE = 20;

  private final DecisionBatches batches;
  private final EvidenceLines lines;
  private final GateRules rules;
  private final KeyReader keys;
  private final ReleaseRecord record;
  private final Ledger ledger;

  public Folding(
      DecisionBatches batches,
      EvidenceLines lines,
      GateRules rules,
      KeyReader keys,
      ReleaseRecord record,
      Ledger ledger) {
    this.batches = batches;
    this.lines = lines;
    this.rules = rules;
    this.keys = keys;
    this.record = record;
    this.ledger = ledger;
  }

  /**
   * Folds what waits. Again changes nothing.
   *
   * @throws GateException when record or rules are away; what was folded stays
   */
  public void fold() {
    List<Batch> waiting = batches.unfolded(AT_ONCE);
    while (!waiting.isEmpty()) {
      for (Batch batch : waiting) {
        fold(batch);
      }
      waiting = batches.unfolded(AT_ONCE);
    }
  }

  private void fold(Batch batch) {
    try {
      Folded folded = verified(batch);
      for (int i = 0; i < batch.sections().size(); i++) {
        section(batch, folded, i);
      }
      batches.folded(batch);
    } catch (RuntimeException refused) {
      // What is away is away for every batch. A defect is one batch's: the others are told first.
      if (refused instanceof GateException gate
          && gate.type().retryable()
          && gate.type() != FailureType.INTERNAL) {
        throw gate;
      }
      LOG.warn(
          "batch {} of node {} is not folded: {}",
          batch.number(),
          batch.node(),
          refused.getMessage());
      batches.postponed(batch);
    }
  }

  private record Folded(
      Line line, BatchStatement statement, VerificationKey key, HashTree tree, Digest gate) {}

  private Folded verified(Batch batch) {
    GateRules.Rules now = rules.now();
    TreeMap<String, VerificationKey> nodes = new TreeMap<>();
    keys.ofNodes(now.policy().decisionNodes()).forEach(key -> nodes.put(key.keyId(), key));
    Line line = lines.open(batch.envelope().getBytes(StandardCharsets.UTF_8));
    line.requireGate(nodes);
    if (!line.type().equals(BatchStatement.TYPE)) {
      throw new GateException(FailureType.UNREADABLE, "the statement is of another type");
    }
    BatchStatement statement = BatchStatement.of(line.statement());
    HashTree tree = new HashTree(batch.sections());
    boolean same =
        statement.node().equals(batch.node())
            && statement.number() == batch.number()
            && statement.previous().equals(batch.previous())
            && line.payloadDigest().equals(batch.digest())
            && statement.size() == batch.sections().size()
            && statement.root().equals(tree.root());
    if (!same) {
      throw new GateException(FailureType.DIGEST_MISMATCH, "the batch is not what was signed");
    }
    String keyId = line.envelope().path("signatures").path(0).path("keyid").asText();
    return new Folded(
        line, statement, Objects.requireNonNull(nodes.get(keyId)), tree, now.gateDigest());
  }

  private void section(Batch batch, Folded folded, int index) {
    String text = batch.sections().get(index);
    JsonNode section = Dossiers.json(new JsonDocument(text));
    if (!section.has("release")) {
      return;
    }
    ReleaseId release = ReleaseId.parse(section.path("release").asText());
    boolean known =
        record
            .releases()
            .frozen(release)
            .filter(
                frozen ->
                    frozen
                        .releaseDigest()
                        .toString()
                        .equals(section.path("releaseDigest").asText()))
            .isPresent();
    String key = "decisions/" + batch.node() + "/" + batch.number();
    if (!known) {
      LOG.warn("{} tells of {}, which the record does not know so", key, release);
      return;
    }
    try {
      ledger.append(release, EntryKind.DECISIONS, key, body -> write(body, batch, folded, index));
    } catch (GateException conflict) {
      // An earlier attempt has told it, under rules that were replaced since.
      if (conflict.type() != FailureType.RECORD_CONFLICT
          || !ledger.has(release, EntryKind.DECISIONS, key)) {
        throw conflict;
      }
    }
  }

  private static void write(ObjectNode body, Batch batch, Folded folded, int index) {
    body.put("node", batch.node()).put("number", batch.number());
    body.put("from", folded.statement().from().toString());
    body.put("to", folded.statement().to().toString());
    body.put("key", Base64.getEncoder().encodeToString(folded.key().encoded()));
    body.put("gateDigest", folded.gate().toString());
    body.put("index", index);
    folded.tree().proof(index).forEach(hash -> body.withArray("proof").add(hash.hex()));
    body.set("section", Dossiers.json(new JsonDocument(batch.sections().get(index))));
    body.set("envelope", folded.line().envelope());
  }
}
