package io.countersign.worker.gate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.adapter.memory.UnsafeInMemoryReleaseRecord;
import io.countersign.activities.adapter.signing.GateEnvelopes;
import io.countersign.activities.adapter.signing.StatementReader;
import io.countersign.activities.adapter.signing.StatementWriter;
import io.countersign.activities.evidence.Bundles;
import io.countersign.activities.evidence.Sealing;
import io.countersign.activities.port.GateKey;
import io.countersign.activities.release.Dossiers;
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

/**
 * The record of a release as somebody writes it anew who owns the database and may sign with the
 * gate's key: other entries, and every hash, seal and statement of the gate made again. What people
 * signed they can leave out or move, and not change.
 */
final class Rewritten {
  private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

  private final UnitHouse house;
  private final List<NewEntry> entries = new ArrayList<>();
  private FrozenRelease frozen;

  private Rewritten(UnitHouse house, ReleaseId release) {
    this.house = house;
    this.frozen = house.record.releases().frozen(release).orElseThrow();
    for (Entry entry : house.record.entries().entries(release)) {
      entries.add(
          new NewEntry(
              release, entry.at(), entry.kind(), entry.actor(), entry.key(), entry.body()));
    }
  }

  static Rewritten of(UnitHouse house, ReleaseId release) {
    return new Rewritten(house, release);
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

  /** Puts what another record of the house tells at the end of this one, as if it were now. */
  Rewritten then(ReleaseId other, EntryKind kind) {
    for (Entry entry : house.record.entries().entries(other)) {
      if (entry.kind() == kind) {
        entries.add(
            new NewEntry(frozen.id(), last(), kind, entry.actor(), entry.key(), entry.body()));
      }
    }
    return this;
  }

  Rewritten then(EntryKind kind, String key, Consumer<ObjectNode> body) {
    ObjectNode json = io.countersign.activity.GateJson.mapper().createObjectNode();
    body.accept(json);
    entries.add(
        new NewEntry(
            frozen.id(), last(), kind, "gate", new EntryKey(key), Dossiers.document(json)));
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
    GateKey key = new GateKey(house.key.newest(), house.key.publicKeys());
    Sealing sealing =
        new Sealing(
            record, new StatementReader(), new GateEnvelopes(() -> key, house.clock), house.clock);
    ByteArrayOutputStream bundle = new ByteArrayOutputStream();
    try {
      new Bundles(record, sealing).write(frozen.id(), bundle);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bundle.toByteArray();
  }

  private void archive(UnsafeInMemoryReleaseRecord record, NewEntry entry) {
    String text = entry.body().text();
    String payload = Dossiers.json(entry.body()).at("/envelope/payload").asText();
    Matcher named =
        DIGEST.matcher(
            text + new String(Base64.getDecoder().decode(payload), StandardCharsets.UTF_8));
    while (named.find()) {
      Digest digest = Digest.parse(named.group());
      house
          .record
          .documents()
          .document(digest)
          .ifPresent(content -> record.documents().putDocument(digest, content));
    }
  }
}
