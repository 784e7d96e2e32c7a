package io.countersign.activities.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.record.EntryKey;
import io.countersign.record.EntryKind;
import io.countersign.record.FrozenRelease;
import io.countersign.record.Grant;
import io.countersign.record.GrantOrder;
import io.countersign.record.GrantRequestKey;
import io.countersign.record.GrantTicket;
import io.countersign.record.JsonDocument;
import io.countersign.record.NewEntry;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Values and steps that every test of a record needs. Each test has a system of its own. */
public interface RecordFixture {
  Instant NOW = Instant.parse("2026-11-03T10:15:30.123456Z");
  Duration VALIDITY = Duration.ofDays(30);
  JsonDocument SPEC = json("{\"policies\":[\"fraud-read\"]}");
  JsonDocument PROOF = json("{\"proved\":true}");
  AtomicInteger SYSTEMS = new AtomicInteger();

  ReleaseRecord record();

  static JsonDocument json(String text) {
    return new JsonDocument(text);
  }

  static Digest digest(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A release of a system that no other test has. */
  static ReleaseId newSystem() {
    return new ReleaseId("production", "system-" + SYSTEMS.incrementAndGet(), "1.0");
  }

  static FrozenRelease release(ReleaseId id, String manifest) {
    JsonDocument document = json(manifest);
    return new FrozenRelease(
        id,
        document.digest(),
        "ann@example.com",
        "{\"payload\":\"…\"}",
        document,
        digest("gate"),
        digest("approvers"),
        1,
        "high",
        json("{\"risk\":1}"),
        null,
        json("{\"policies\":{}}"),
        NOW);
  }

  static NewEntry entry(ReleaseId id, EntryKind kind, String key, String body) {
    return new NewEntry(id, NOW, kind, "gate", new EntryKey(key), json(body));
  }

  static GrantOrder order(ReleaseId id, String key) {
    return new GrantOrder(
        id, new GrantRequestKey(key), NOW, NOW.plus(VALIDITY), "namespace-1", "run-1");
  }

  static void refused(FailureType type, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(GateException.class, e -> assertThat(e.type()).isEqualTo(type));
  }

  default ReleaseId frozenRelease() {
    return freeze(newSystem());
  }

  default ReleaseId freeze(ReleaseId id) {
    record().releases().freeze(release(id, "{\"version\":\"" + id.version() + "\"}"));
    return id;
  }

  default GrantTicket open(ReleaseId id, String key) {
    return record().grants().openGrant(order(id, key));
  }

  default GrantTicket liveGrant(ReleaseId id, String key) {
    GrantTicket ticket = open(id, key);
    write(ticket);
    return ticket;
  }

  default Grant write(GrantTicket ticket) {
    return record()
        .grants()
        .whileWriting(ticket, SPEC, NOW, grant -> new Grants.Written<>(grant, PROOF));
  }

  default void revoke(ReleaseId id) {
    Grant open = record().grants().beginRevocation(id).orElseThrow();
    record().grants().closeGrant(open.grantId(), PROOF, NOW);
  }
}
