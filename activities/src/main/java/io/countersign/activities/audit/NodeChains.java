package io.countersign.activities.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.batch.BatchStatement;
import io.countersign.activities.batch.HashTree;
import io.countersign.activities.port.DecisionBatches.Batch;
import io.countersign.activities.port.DecisionBatches.Place;
import io.countersign.activities.port.EvidenceLines.Line;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.signoff.VerificationKey;
import io.countersign.failure.GateException;
import io.countersign.record.Entry;
import io.countersign.record.EntryHash;
import io.countersign.record.FrozenRelease;
import io.countersign.record.JsonDocument;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The chains of decision nodes in a store: every batch is what a node signed whose key the rules of
 * the time named, follows the one before without a gap, and was told to each of its releases as it
 * was signed, and nothing else was told.
 */
final class NodeChains {
  private static final int PAGE = 1_000;

  /** Where findings go. */
  @FunctionalInterface
  interface Findings {
    void find(@Nullable ReleaseId release, Flaw flaw, long seq, String detail);
  }

  private final ReleaseRecord record;
  private final AuditTools tools;
  private final NodeRules rules;
  private final Findings findings;
  private final Map<String, Map<ReleaseId, Section>> told = new TreeMap<>();
  private final Map<String, Vouched> vouching = new HashMap<>();
  private long batches;
  private long waiting;
  private long vouched;

  /** What an entry tells, by a digest over all of it. */
  private record Section(long seq, Digest said) {}

  /** The key that the gate took for a node's, and the rules that it says named it. */
  private record Vouched(VerificationKey key, Digest gate) {}

  NodeChains(ReleaseRecord record, AuditTools tools, NodeRules rules, Findings findings) {
    this.record = record;
    this.tools = tools;
    this.rules = rules;
    this.findings = findings;
  }

  long batches() {
    return batches;
  }

  long waiting() {
    return waiting;
  }

  long vouched() {
    return vouched;
  }

  /** Keeps what a release is told of a batch, until the batches are read. */
  void told(Entry entry) {
    JsonNode body = Dossiers.json(entry.body());
    try {
      String batch = name(body.path("node").asText(), body.path("number").asLong());
      Line line = line(body.path("envelope").toString());
      Digest said =
          said(
              body.path("index").asInt(-1),
              Dossiers.document(body.path("section")).text(),
              line.payloadDigest());
      Section before =
          told.computeIfAbsent(batch, name -> new HashMap<>())
              .put(entry.release(), new Section(entry.seq(), said));
      if (before != null) {
        findings.find(
            entry.release(), Flaw.BROKEN_CHAIN, entry.seq(), batch + " is told a second time");
      }
      vouching.putIfAbsent(
          batch,
          new Vouched(
              tools.keys().ofNodes(List.of(pem(body.path("key").asText()))).get(0),
              Digest.parse(body.path("gateDigest").asText())));
    } catch (GateException | IllegalArgumentException unreadable) {
      findings.find(entry.release(), Flaw.UNREADABLE, entry.seq(), "the decisions cannot be read");
    }
  }

  private static String name(String node, long number) {
    return "batch " + number + " of node " + node;
  }

  private static String pem(String encoded) {
    return "-----BEGIN PUBLIC KEY-----\n" + encoded + "\n-----END PUBLIC KEY-----\n";
  }

  private Line line(String envelope) {
    return tools.lines().open(envelope.getBytes(StandardCharsets.UTF_8));
  }

  private static Digest said(int index, String section, Digest payload) {
    return Digest.of((index + "\n" + payload + "\n" + section).getBytes(StandardCharsets.UTF_8));
  }

  /** Reads all batches. To be called once, when all entries were. */
  void audit() {
    String node = "";
    long number = 0;
    Digest head = EntryHash.NONE;
    List<Place> page = record.decisions().places(null, PAGE);
    while (!page.isEmpty()) {
      for (Place place : page) {
        if (!place.node().equals(node)) {
          node = place.node();
          number = 0;
          head = EntryHash.NONE;
        }
        head = one(place, number, head);
        number = place.number();
      }
      page = record.decisions().places(page.get(page.size() - 1), PAGE);
    }
    told.forEach(
        (batch, sections) ->
            sections.forEach(
                (release, section) ->
                    findings.find(
                        release,
                        Flaw.FOREIGN_LINE,
                        section.seq(),
                        batch + ", as it is told here, is not among the stored batches")));
  }

  /** Answers what the next batch must name as the one before. */
  private Digest one(Place place, long before, Digest head) {
    batches++;
    waiting += place.waiting() ? 1 : 0;
    String name = name(place.node(), place.number());
    if (place.number() != before + 1) {
      findings.find(
          null,
          Flaw.MISSING_LINE,
          0,
          place.number() <= before
              ? name + " stands twice"
              : name + " comes after batch " + before + ": what is between is not there");
    }
    try {
      Batch batch = record.decisions().batch(place).orElse(null);
      if (batch == null) {
        throw new IllegalArgumentException("it is not there any more");
      }
      Line line = line(batch.envelope());
      requireKey(name, line);
      BatchStatement statement = BatchStatement.of(line.statement());
      if (!signed(batch, statement, line)) {
        findings.find(null, Flaw.FOREIGN_LINE, 0, name + " is not what the node signed");
      }
      if (place.number() == before + 1 && !statement.previous().equals(head)) {
        findings.find(null, Flaw.BROKEN_CHAIN, 0, name + " does not follow the one before");
      }
      sections(name, place, batch, line.payloadDigest());
      return line.payloadDigest();
    } catch (GateException refused) {
      if (refused.type().retryable()) {
        throw refused;
      }
      findings.find(null, Unfit.flaw(refused), 0, name + ": " + Unfit.detail(refused));
    } catch (IllegalArgumentException unreadable) {
      findings.find(null, Flaw.UNREADABLE, 0, name + " cannot be read: " + unreadable.getMessage());
    }
    told.remove(name);
    return EntryHash.NONE;
  }

  private static boolean signed(Batch batch, BatchStatement statement, Line line) {
    return line.type().equals(BatchStatement.TYPE)
        && statement.node().equals(batch.node())
        && statement.number() == batch.number()
        && statement.previous().equals(batch.previous())
        && line.payloadDigest().equals(batch.digest())
        && statement.size() == batch.sections().size()
        && statement.root().equals(new HashTree(batch.sections()).root());
  }

  private void requireKey(String name, Line line) {
    SortedMap<String, VerificationKey> known = rules.ever();
    Optional<Vouched> gate = Optional.ofNullable(vouching.get(name));
    gate.ifPresent(word -> known.putIfAbsent(word.key().keyId(), word.key()));
    line.requireGate(known);
    String id = line.envelope().path("signatures").path(0).path("keyid").asText();
    BatchStatement statement = BatchStatement.of(line.statement());
    if (rules.named(id, statement.from())) {
      return;
    }
    boolean elsewhere =
        gate.isPresent() && gate.get().key().keyId().equals(id) && !rules.holds(gate.get().gate());
    if (elsewhere) {
      vouched++;
    } else {
      findings.find(
          null,
          Flaw.NOT_ALLOWED,
          0,
          name + ": the rules of " + statement.from() + " name no such key");
    }
  }

  private void sections(String name, Place place, Batch batch, Digest payload) {
    Map<ReleaseId, Section> entries = Optional.ofNullable(told.remove(name)).orElse(Map.of());
    Map<ReleaseId, Section> left = new HashMap<>(entries);
    for (int index = 0; index < batch.sections().size(); index++) {
      String text = batch.sections().get(index);
      JsonNode section = Dossiers.json(new JsonDocument(text));
      if (!section.has("release")) {
        continue;
      }
      ReleaseId release = ReleaseId.parse(section.path("release").asText());
      Section entry = left.remove(release);
      if (entry != null && !entry.said().equals(said(index, text, payload))) {
        findings.find(
            release, Flaw.FOREIGN_LINE, entry.seq(), name + " is told otherwise than it is stored");
      } else if (entry == null && !place.waiting() && known(release, section)) {
        findings.find(release, Flaw.MISSING_LINE, 0, name + " is not told to its release");
      }
    }
    left.forEach(
        (release, entry) ->
            findings.find(
                release, Flaw.FOREIGN_LINE, entry.seq(), name + " says nothing of this release"));
  }

  private boolean known(ReleaseId release, JsonNode section) {
    return record
        .releases()
        .frozen(release)
        .map(FrozenRelease::releaseDigest)
        .map(Digest::toString)
        .filter(section.path("releaseDigest").asText()::equals)
        .isPresent();
  }
}
