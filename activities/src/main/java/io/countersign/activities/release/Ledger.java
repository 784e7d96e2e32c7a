package io.countersign.activities.release;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countersign.activities.port.ChangeEntries;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activity.GateJson;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.Entry;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.record.NewEntry;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Writes the gate's own entries. Bodies say what happened, never when or in which attempt. */
public final class Ledger {
  /** Who speaks where no person does. */
  public static final String GATE = "gate";

  private final ReleaseRecord record;
  private final Clock clock;

  public Ledger(ReleaseRecord record, Clock clock) {
    this.record = record;
    this.clock = clock;
  }

  public Instant now() {
    return clock.instant();
  }

  /** Appends in the gate's name. */
  public Entry append(ReleaseId release, EntryKind kind, String key, Consumer<ObjectNode> body) {
    return record.entries().append(entry(release, kind, GATE, new EntryKey(key), body));
  }

  /** Appends a state that readers are told, and nobody relies on. */
  public void state(ReleaseId release, EntryKind kind, String key, String state, String detail) {
    record
        .releases()
        .tell(
            entry(
                release,
                kind,
                GATE,
                new EntryKey(key),
                body -> body.put("state", state).put("detail", detail)),
            state);
  }

  /** An entry that happens now. */
  public NewEntry entry(
      ReleaseId release, EntryKind kind, String actor, EntryKey key, Consumer<ObjectNode> body) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    body.accept(json);
    return new NewEntry(release, now(), kind, actor, key, Dossiers.document(json));
  }

  /** Whether an entry of this kind and key stands. */
  public boolean has(ReleaseId release, EntryKind kind, String key) {
    ChangeEntries entries = record.entries();
    return entries.entries(release, Set.of(kind)).stream()
        .anyMatch(entry -> entry.key().text().equals(key));
  }

  /** The state in which the release ended, if people or time have ended it. */
  public Optional<String> end(ReleaseId release) {
    List<Entry> ends = record.entries().entries(release, Set.of(EntryKind.COMPLETE));
    return Optional.ofNullable(ReleaseEnd.of(ends))
        .filter(end -> !end.equals(GateState.FAILED.name()));
  }

  /** An envelope as a tree, for the body of an entry. */
  public static JsonNode tree(String json) {
    try {
      return GateJson.mapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new GateException(FailureType.UNREADABLE, "the envelope is not JSON");
    }
  }
}
