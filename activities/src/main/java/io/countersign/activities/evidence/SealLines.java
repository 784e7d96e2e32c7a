package io.countersign.activities.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.evidence.GateStatements.Attestation;
import io.countersign.activities.evidence.NamedDocuments.Named;
import io.countersign.activities.port.EvidenceStore;
import io.countersign.activities.port.GateSigner;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.port.SignedStatements;
import io.countersign.activities.port.SignedStatements.Names;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.release.Ledger;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.Entry;
import io.countersign.record.EntryHash;
import io.countersign.record.EntryKind;
import io.countersign.record.EvidenceLine;
import io.countersign.record.EvidenceLine.Place;
import io.countersign.record.EvidenceLine.Stage;
import io.countersign.record.FrozenRelease;
import io.countersign.record.JsonDocument;
import io.countersign.record.ReleaseSeal;
import io.countersign.record.Seal;
import io.countersign.record.Stampable;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes the lines of one seal, in the order of docs/evidence.md, "The bundle". */
final class SealLines {
  private final ReleaseRecord record;
  private final SignedStatements statements;
  private final GateSigner signer;

  SealLines(ReleaseRecord record, SignedStatements statements, GateSigner signer) {
    this.record = record;
    this.statements = statements;
    this.signer = signer;
  }

  /**
   * The lines of a seal whose entries hold. Where another worker wrote them meanwhile, its lines
   * stand.
   *
   * @throws GateException RECORD_CONFLICT when they do not, and nothing is signed then; also when
   *     another worker's lines say something else of the same seal
   */
  void write(ReleaseSeal sealed) {
    List<Entry> entries = entries(sealed);
    Optional<FrozenRelease> frozen = record.releases().frozen(sealed.release());
    List<EvidenceLine> lines = new ArrayList<>();
    if (frozen.isPresent()) {
      documents(sealed, entries, frozen.get(), lines);
    }
    EvidenceLine whole =
        new EvidenceLine(
            sealed.release(),
            new Place(sealed.seal().number(), Stage.RECORD, 0, 0),
            EvidenceStore.recordKey(sealed.seal()),
            signer.sign(GateStatements.record(sealed, entries)));
    lines.add(whole);
    for (Entry entry : entries) {
      frozen.ifPresent(release -> spoken(sealed, entry, release, lines));
    }
    if (!record.evidence().write(sealed, lines, toStamp(sealed, entries))) {
      requireSame(whole);
    }
  }

  /** The statement alone: the same one may be signed with a newer version of the gate's key. */
  private void requireSame(EvidenceLine mine) {
    JsonNode stands =
        record
            .evidence()
            .envelope(mine.release(), mine.key())
            .map(SealLines::statement)
            .orElse(null);
    if (!statement(mine.envelope()).equals(stands)) {
      throw new GateException(
          FailureType.RECORD_CONFLICT,
          mine.key() + " of " + mine.release() + " is stored as something else");
    }
  }

  private static JsonNode statement(String envelope) {
    return Ledger.tree(envelope).path("payload");
  }

  private List<Entry> entries(ReleaseSeal sealed) {
    Seal seal = sealed.seal();
    ReleaseId release = sealed.release();
    int count = Math.toIntExact(seal.to() - seal.from() + 1);
    List<Entry> entries = record.entries().page(release, seal.from() - 1, count);
    Digest previous =
        seal.from() == 1
            ? EntryHash.NONE
            : record.entries().page(release, seal.from() - 2, 1).get(0).hash();
    long seq = seal.from();
    for (Entry entry : entries) {
      if (entry.seq() != seq || !entry.previous().equals(previous) || !EntryHash.holds(entry)) {
        throw broken(release, seq);
      }
      previous = entry.hash();
      seq++;
    }
    if (!seal.holds() || seq != seal.to() + 1 || !previous.equals(seal.head())) {
      throw broken(release, seal.to());
    }
    return entries;
  }

  private static GateException broken(ReleaseId release, long seq) {
    return new GateException(
        FailureType.RECORD_CONFLICT, "the chain of " + release + " breaks at entry " + seq);
  }

  private void documents(
      ReleaseSeal sealed, List<Entry> entries, FrozenRelease frozen, List<EvidenceLine> lines) {
    Set<String> here = new HashSet<>();
    for (Entry entry : entries) {
      int part = 0;
      for (Named named : NamedDocuments.of(entry, frozen)) {
        boolean first =
            here.add(named.key()) && !record.evidence().has(sealed.release(), named.key());
        Optional<byte[]> content =
            first ? record.documents().document(named.digest()) : Optional.empty();
        if (content.isPresent()) {
          JsonDocument statement =
              GateStatements.document(
                  sealed.release(), named.role(), named.mediaType(), named.digest(), content.get());
          Place place = new Place(sealed.seal().number(), Stage.DOCUMENT, entry.seq(), part++);
          lines.add(new EvidenceLine(sealed.release(), place, named.key(), signer.sign(statement)));
        }
      }
    }
  }

  /** What a person or a check signed, and then what the gate says of it. */
  private void spoken(
      ReleaseSeal sealed, Entry entry, FrozenRelease frozen, List<EvidenceLine> lines) {
    received(entry, frozen)
        .ifPresent(
            envelope ->
                lines.add(line(sealed, entry, 0, "entry/" + entry.seq() + "/received", envelope)));
    statement(entry, frozen)
        .ifPresent(
            statement ->
                lines.add(
                    line(
                        sealed,
                        entry,
                        1,
                        "entry/" + entry.seq() + "/gate",
                        signer.sign(statement))));
  }

  private static EvidenceLine line(
      ReleaseSeal sealed, Entry entry, int part, String key, String envelope) {
    Place place = new Place(sealed.seal().number(), Stage.ENTRY, entry.seq(), part);
    return new EvidenceLine(sealed.release(), place, key, envelope);
  }

  /** A CI submission carries its token, which is nobody else's business. */
  private static Optional<String> received(Entry entry, FrozenRelease frozen) {
    JsonNode body = Dossiers.json(entry.body());
    return switch (entry.kind()) {
      case SUBMITTED ->
          body.has("ci")
              ? Optional.empty()
              : Optional.of(Ledger.tree(frozen.submission()).toString());
      case CHECK, SIGN_OFF, ORDER, DECISIONS -> Optional.of(body.path("envelope").toString());
      default -> Optional.empty();
    };
  }

  private Optional<JsonDocument> statement(Entry entry, FrozenRelease frozen) {
    return switch (entry.kind()) {
      case RESOLVED -> Optional.of(GateStatements.release(frozen, entry, ci(frozen)));
      case DECISION -> Optional.of(GateStatements.decision(frozen, entry, counted(entry)));
      case GRANT -> Optional.of(GateStatements.event("grant", frozen, entry));
      case DRIFT -> Optional.of(GateStatements.event("drift", frozen, entry));
      case REVOCATION_PROVED -> Optional.of(GateStatements.event("revocation", frozen, entry));
      default -> Optional.empty();
    };
  }

  private JsonNode ci(FrozenRelease frozen) {
    return record.entries().entries(frozen.id(), Set.of(EntryKind.SUBMITTED)).stream()
        .findFirst()
        .map(entry -> Dossiers.json(entry.body()).path("ci"))
        .orElseGet(() -> Dossiers.json(new JsonDocument("{}")).path("ci"));
  }

  /** What the decision names, in the order of the record. */
  private List<Attestation> counted(Entry decision) {
    JsonNode body = Dossiers.json(decision.body());
    Set<String> named = new HashSet<>();
    body.path("signOffs").forEach(digest -> named.add(digest.asText()));
    body.path("checks").forEach(digest -> named.add(digest.asText()));
    List<Attestation> counted = new ArrayList<>();
    for (Entry entry :
        record.entries().entries(decision.release(), Set.of(EntryKind.CHECK, EntryKind.SIGN_OFF))) {
      if (entry.seq() < decision.seq()) {
        byte[] envelope =
            Dossiers.json(entry.body())
                .path("envelope")
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        Names names = statements.names(envelope);
        if (named.contains(names.statement().toString())) {
          counted.add(new Attestation(entry, names.payload()));
        }
      }
    }
    return counted;
  }

  private List<Stampable> toStamp(ReleaseSeal sealed, List<Entry> entries) {
    List<Stampable> stampables = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.kind().signedByPerson()) {
        byte[] envelope =
            Dossiers.json(entry.body())
                .path("envelope")
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        stampables.add(
            new Stampable(
                sealed.release(),
                sealed.seal().number(),
                entry.seq(),
                statements.names(envelope).statement()));
      }
    }
    return stampables;
  }
}
