package io.countersign.activities.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.audit.Accesses.Span;
import io.countersign.activities.audit.OpenSeal.Numbered;
import io.countersign.activities.batch.BatchStatement;
import io.countersign.activities.batch.HashTree;
import io.countersign.activities.port.KeyReader;
import io.countersign.activities.release.Dossier;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.signoff.VerificationKey;
import io.countersign.failure.GateException;
import io.countersign.release.Digest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What decision nodes signed of their decisions for the release: each signature, each proof that a
 * section is part of what was signed, each chain as far as this release is told of, and that only
 * the approved policy allowed anything.
 */
final class Reported {
  private final Dossier dossier;
  private final KeyReader keys;
  private final Supplier<List<Span>> spans;
  private final Consumer<Finding> findings;
  private final Map<String, BatchStatement> newest = new HashMap<>();
  private final Map<String, Digest> heads = new HashMap<>();
  private final TreeSet<String> vouchedByTheGateAlone = new TreeSet<>();
  private Duration afterNo = Duration.ZERO;
  private long batches;
  private long allowed;
  private long denied;
  private long restarts;
  private long lostBatches;
  private boolean gaps;

  /**
   * @param spans the access that was told so far
   */
  Reported(
      Dossier dossier, KeyReader keys, Supplier<List<Span>> spans, Consumer<Finding> findings) {
    this.dossier = dossier;
    this.keys = keys;
    this.spans = spans;
    this.findings = findings;
  }

  void take(Told told, Numbered received) {
    try {
      String key = told.text("key");
      VerificationKey node = keys.ofNodes(List.of(pem(key))).get(0);
      received.line().requireGate(new TreeMap<>(Map.of(node.keyId(), node)));
      BatchStatement batch = BatchStatement.of(received.line().statement());
      if (!batch.node().equals(told.text("node"))
          || batch.number() != told.body().path("number").asLong()
          || !batch.from().toString().equals(told.text("from"))
          || !batch.to().toString().equals(told.text("to"))
          || !part(batch, told)) {
        findings.accept(
            Hearing.foreign(received, told, "the decisions are not those that the node signed"));
        return;
      }
      follow(batch, told, received);
      if (!named(node)) {
        vouchedByTheGateAlone.add(batch.node());
      }
      count(batch, told, received);
    } catch (GateException refused) {
      findings.accept(Hearing.finding(refused, received, told));
    } catch (IllegalArgumentException | DateTimeException malformed) {
      findings.accept(Hearing.foreign(received, told, "the decisions cannot be read"));
    }
  }

  private static String pem(String encoded) {
    return "-----BEGIN PUBLIC KEY-----\n" + encoded + "\n-----END PUBLIC KEY-----\n";
  }

  private boolean named(VerificationKey node) {
    return keys.ofNodes(dossier.policy().decisionNodes()).contains(node);
  }

  private static boolean part(BatchStatement batch, Told told) {
    List<Digest> proof = new ArrayList<>();
    told.body().path("proof").forEach(hash -> proof.add(new Digest(hash.asText())));
    return HashTree.holds(
        batch.root(),
        batch.size(),
        told.body().path("index").asInt(-1),
        Dossiers.document(told.body().path("section")).text(),
        proof);
  }

  private void follow(BatchStatement batch, Told told, Numbered received) {
    BatchStatement before = newest.get(batch.node());
    boolean next = before != null && batch.number() == before.number() + 1;
    boolean backwards = before != null && batch.number() <= before.number();
    if (backwards || (next && !batch.previous().equals(heads.get(batch.node())))) {
      findings.accept(
          new Finding(
              Flaw.BROKEN_CHAIN,
              received.number(),
              told.seq(),
              "batch " + batch.number() + " of node " + batch.node() + " does not follow"));
    }
    gaps |= before == null ? batch.number() > 1 : !next;
    newest.put(batch.node(), batch);
    heads.put(batch.node(), received.line().payloadDigest());
  }

  private void count(BatchStatement batch, Told told, Numbered received) {
    JsonNode section = told.body().path("section");
    boolean own =
        section.path("release").asText().equals(dossier.id().toString())
            && section
                .path("releaseDigest")
                .asText()
                .equals(dossier.frozen().releaseDigest().toString());
    if (!own) {
      findings.accept(Hearing.foreign(received, told, "the decisions are of another release"));
      return;
    }
    String policy = String.valueOf(dossier.manifest().subjects().policy().digest());
    for (JsonNode allowance : section.path("allowed")) {
      if (!allowance.path("policy").asText().equals(policy)) {
        findings.accept(
            new Finding(
                Flaw.NOT_APPROVED,
                received.number(),
                told.seq(),
                "node " + batch.node() + " allowed by a policy that is not the release's"));
      }
      requireAccess(allowance, batch, told, received);
      allowed += allowance.path("count").asLong();
    }
    for (JsonNode denial : section.path("denied")) {
      denied += denial.path("count").asLong();
    }
    allowed += section.path("more").path("allowed").asLong();
    denied += section.path("more").path("denied").asLong();
    restarts += batch.lost().restarts();
    lostBatches += batch.lost().batches();
    batches++;
  }

  /** By the node's clock, which may be a little off the gate's. */
  private void requireAccess(
      JsonNode allowance, BatchStatement batch, Told told, Numbered received) {
    Instant first = Instant.parse(allowance.path("first").asText());
    Instant last = Instant.parse(allowance.path("last").asText());
    if (during(first).isEmpty() || during(last).isEmpty() || last.isBefore(first)) {
      findings.accept(
          new Finding(
              Flaw.NOT_APPROVED,
              received.number(),
              told.seq(),
              "node " + batch.node() + " allowed when the release had no access"));
    }
    during(last)
        .map(Span::no)
        .filter(no -> last.isAfter(no.at()))
        .map(no -> Duration.between(no.at(), last))
        .filter(after -> after.compareTo(afterNo) > 0)
        .ifPresent(after -> afterNo = after);
  }

  private Optional<Span> during(Instant moment) {
    return spans.get().stream()
        .filter(span -> !moment.isBefore(span.at().minus(Stamps.SKEW)))
        .filter(
            span ->
                !moment.isAfter(
                    Objects.requireNonNullElse(span.ended(), span.until()).plus(Stamps.SKEW)))
        .reduce((earlier, later) -> later);
  }

  /** What is proved; nothing where no node reported. */
  List<String> proved() {
    if (batches == 0) {
      return List.of();
    }
    List<String> proved = new ArrayList<>();
    proved.add(
        "Decision nodes signed that they allowed "
            + allowed
            + " and denied "
            + denied
            + " requests of this release, in "
            + batches
            + " batches of "
            + newest.size()
            + (newest.size() == 1 ? " chain" : " chains")
            + "; only the approved policy allowed, and only while there was access.");
    if (!afterNo.isZero()) {
      proved.add(
          "By their clocks they allowed until "
              + afterNo.toMillis()
              + " ms after the record had forbidden it.");
    }
    return proved;
  }

  /** What is not. */
  List<String> notProved() {
    if (batches == 0) {
      return List.of(
          "How requests were decided at run time: the record holds no batch of a decision node.");
    }
    List<String> open = new ArrayList<>();
    open.add(
        "That a decision node told of all that it decided, and that every node told anything: a node that keeps silent is not seen"
            + (gaps
                ? "; batches of these chains that tell nothing of this release are not in its evidence."
                : "."));
    if (restarts + lostBatches > 0) {
      open.add(
          "What was decided before "
              + restarts
              + " ends without a last batch and in "
              + lostBatches
              + " batches that the store refused: the nodes say that it is missing.");
    }
    if (!vouchedByTheGateAlone.isEmpty()) {
      open.add(
          "That the keys of "
              + String.join(", ", vouchedByTheGateAlone)
              + " are those of decision nodes: the rules of this release do not name them, the gate's later rules did; that is the gate's word.");
    }
    return open;
  }
}
