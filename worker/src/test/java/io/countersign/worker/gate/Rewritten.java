package io.countersign.worker.gate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.adapter.memory.UnsafeInMemoryReleaseRecord;
import io.countersign.activities.adapter.signing.DsseEnvelope;
import io.countersign.activities.adapter.signing.GateEnvelopes;
import io.countersign.activities.adapter.signing.StatementReader;
import io.countersign.activities.adapter.signing.StatementWriter;
import io.countersign.activities.evidence.Bundles;
import io.countersign.activities.evidence.Sealing;
import io.countersign.activities.evidence.Stamping;
import io.countersign.activities.port.GateKey;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.port.TimeStampAuthority;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.release.Ledger;
import io.countersign.activity.GateJson;
import io.countersign.record.Entry;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.record.FrozenRelease;
import io.countersign.record.NewEntry;
import io.countersign.record.StatementNonce;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The record of a release as somebody writes it anew who owns the database and may sign with the
 * gate's key: other entries, and every hash, seal and statement of the gate made again. What people
 * signed they can leave out or move, and not change.
 */
final class Rewritten {
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

  private final ReleaseRecord source;
  private final GateKey key;
  private @Nullable TimeStampAuthority authority;
  private final List<NewEntry> entries = new ArrayList<>();
  private FrozenRelease frozen;

  private Rewritten(ReleaseRecord source, GateKey key, ReleaseId release) {
    this.source = source;
    this.key = key;
    this.frozen = source.releases().frozen(release).orElseThrow();
    for (Entry entry : source.entries().entries(release)) {
      entries.add(
          new NewEntry(
              release, entry.at(), entry.kind(), entry.actor(), entry.key(), entry.body()));
    }
  }

  static Rewritten of(UnitHouse house, ReleaseId release) {
    GateKey key = new GateKey(house.key.newest(), house.key.publicKeys());
    return new Rewritten(house.record, key, release);
  }

  static Rewritten of(ReleaseRecord source, GateKey key, ReleaseId release) {
    return new Rewritten(source, key, release);
  }

  /** Has the record that was written anew stamped by this authority, which stamps for anybody. */
  Rewritten stamped(TimeStampAuthority by) {
    authority = by;
    return this;
  }

  Rewritten frozen(UnaryOperator<FrozenRelease> change) {
    frozen = change.apply(frozen);
    return this;
  }

  Rewritten without(Predicate<NewEntry> which) {
    if (!entries.removeIf(which)) {
      throw new AssertionError("nothing was left out");
    }
    return this;
  }

  Rewritten without(EntryKind kind) {
    return without(entry -> entry.kind() == kind);
  }

  /** Cuts the record off before the first entry of a kind. */
  Rewritten until(EntryKind kind) {
    entries.subList(first(kind), entries.size()).clear();
    return this;
  }

  /** Says something else in every entry of a kind. */
  Rewritten saying(EntryKind kind, Consumer<ObjectNode> change) {
    for (int i = 0; i < entries.size(); i++) {
      NewEntry old = entries.get(i);
      if (old.kind() == kind) {
        ObjectNode body = Dossiers.json(old.body()).deepCopy();
        change.accept(body);
        entries.set(
            i,
            new NewEntry(
                old.release(),
                old.at(),
                kind,
                old.actor(),
                new EntryKey(key(old, body)),
                Dossiers.document(body)));
      }
    }
    return this;
  }

  private static String key(NewEntry old, ObjectNode body) {
    return old.kind() == EntryKind.COMPLETE
        ? "told/COMPLETE/complete/" + body.path("state").asText()
        : old.key().text();
  }

  /** Moves the first entry that is meant, with its new date, to before the first of a kind. */
  Rewritten before(EntryKind kind, Predicate<NewEntry> moved) {
    NewEntry one = entries.stream().filter(moved).findFirst().orElseThrow();
    entries.remove(one);
    int at = first(kind);
    entries.add(at, dated(one, entries.get(at).at().minusMillis(1)));
    return this;
  }

  /** Enters somebody's sign-off as if the gate had taken it. */
  Rewritten accepted(String envelope, String person) {
    DsseEnvelope signed = DsseEnvelope.parse(envelope.getBytes(StandardCharsets.UTF_8));
    JsonNode predicate =
        Ledger.tree(new String(signed.payload(), StandardCharsets.UTF_8)).path("predicate");
    ObjectNode body = GateJson.mapper().createObjectNode();
    body.put("function", predicate.path("function").asText());
    body.put("decision", predicate.path("decision").asText());
    body.set("envelope", Ledger.tree(envelope));
    entries.add(
        new NewEntry(
            frozen.id(),
            last(),
            EntryKind.SIGN_OFF,
            person,
            EntryKey.signOff(signed.statementDigest()),
            Dossiers.document(body)));
    return this;
  }

  /** Dates the entries from the first of a kind on later. */
  Rewritten later(EntryKind kind, Duration span) {
    for (int i = first(kind); i < entries.size(); i++) {
      entries.set(i, dated(entries.get(i), entries.get(i).at().plus(span)));
    }
    return this;
  }

  private static NewEntry dated(NewEntry entry, Instant at) {
    return new NewEntry(
        entry.release(), at, entry.kind(), entry.actor(), entry.key(), entry.body());
  }

  private Instant last() {
    return entries.get(entries.size() - 1).at().plusMillis(1);
  }

  private int first(EntryKind kind) {
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).kind() == kind) {
        return i;
      }
    }
    throw new AssertionError("no " + kind);
  }

  /** The bundle of the record that was written anew. */
  byte[] bundle() {
    UnsafeInMemoryReleaseRecord record = new UnsafeInMemoryReleaseRecord();
    record.releases().freeze(frozen);
    for (NewEntry entry : entries) {
      archive(record, entry);
      if (entry.kind().signedByPerson()) {
        record.entries().accept(entry, new StatementNonce(entry.actor(), StatementWriter.nonce()));
      } else {
        record.entries().append(entry);
      }
    }
    GateEnvelopes signer = new GateEnvelopes(() -> key, Clock.systemUTC());
    Sealing sealing = new Sealing(record, new StatementReader(), signer, Clock.systemUTC());
    if (authority != null) {
      sealing.seal(frozen.id());
      new Stamping(record.evidence(), signer, authority).stamp();
    }
    ByteArrayOutputStream bundle = new ByteArrayOutputStream();
    try {
      new Bundles(record, sealing).write(frozen.id(), bundle);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bundle.toByteArray();
  }

  private void archive(UnsafeInMemoryReleaseRecord record, NewEntry entry) {
    digests(entry.body().text())
        .forEach(
            digest ->
                source
                    .documents()
                    .document(digest)
                    .ifPresent(content -> record.documents().putDocument(digest, content)));
  }

  /** Every digest that an entry names, also in what somebody signed. */
  static List<Digest> digests(String body) {
    String payload = Ledger.tree(body).at("/envelope/payload").asText();
    Matcher named =
        DIGEST.matcher(
            body + new String(Base64.getDecoder().decode(payload), StandardCharsets.UTF_8));
    return named.results().map(found -> Digest.parse(found.group())).distinct().toList();
  }
}
