package io.countersign.activities.live;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.port.DocumentParser;
import io.countersign.activities.port.LiveDecisions.WorkloadKey;
import io.countersign.activities.port.LiveTraces.Found;
import io.countersign.activities.port.LiveTraces.LiveGrant;
import io.countersign.activities.port.LiveTraces.Told;
import io.countersign.activities.port.LiveTraces.Trace;
import io.countersign.activities.port.Permit;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activity.GateJson;
import io.countersign.policy.Approvers;
import io.countersign.policy.GatePolicy;
import io.countersign.record.EntryKind;
import io.countersign.record.FrozenRelease;
import io.countersign.record.GrantTicket;
import io.countersign.record.JsonDocument;
import io.countersign.release.Digest;
import io.countersign.release.Manifest;
import io.countersign.release.ReleaseId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Releases as the record may tell of them. */
public final class LiveFixture {
  public static final Instant NOW = Instant.parse("2026-11-03T10:15:30Z");
  public static final Instant END = NOW.plusSeconds(3600);
  public static final UUID GRANT = UUID.fromString("00000000-0000-4000-8000-000000000001");
  public static final String SUBJECT = "spiffe://prod.example.com/fraud-scorer";

  /** Whom the nodes of the tests believe. */
  public static final SigningGate GATE = new SigningGate();

  private LiveFixture() {}

  /** A manifest that says what decisions need. */
  public static String manifest(ReleaseId id) {
    String subject = "{'uri':'policy/','digest':'" + digest("policy") + "'}";
    return ("{'metadata':{'system':'"
            + id.system()
            + "','version':'"
            + id.version()
            + "','environment':'"
            + id.environment()
            + "','owner':'risk@example.com'},'subjects':{'model':S,'dataset':S,'prompts':S,"
            + "'policy':S},'workload':{'identity':'"
            + SUBJECT
            + "','image':'example.com/fraud','issuer':'prod'},'access':{'policies':['fraud-read'],"
            + "'tools':[{'name':'refund.lookup','permissions':['read']}],'tokenTtl':'15m',"
            + "'validity':'30d'},'profile':{'exposure':'internal','autonomy':'agentic',"
            + "'dataClasses':['pii'],'intendedUse':'u','impact':'i'}}")
        .replace(":S", ":" + subject)
        .replace('\'', '"');
  }

  public static WorkloadKey workload(ReleaseId id) {
    return new WorkloadKey(id.environment(), id.system(), "prod", SUBJECT);
  }

  static Found found(ReleaseId id, long newest, @Nullable LiveGrant grant, Trace... traces) {
    JsonDocument manifest = new JsonDocument(manifest(id));
    return new Found(
        id,
        newest,
        grant,
        new Told(manifest.digest(), digest("gate"), manifest, Arrays.asList(traces)));
  }

  static Found live(ReleaseId id) {
    return found(id, 1, new LiveGrant(GRANT, END), granted(id));
  }

  /** The entry of the grant, with what the gate signed of it. */
  static Trace granted(ReleaseId id) {
    return trace(EntryKind.GRANT, "grantId", GRANT.toString(), "permit", GATE.sign(permit(id)));
  }

  static Permit permit(ReleaseId id) {
    Digest release = new JsonDocument(manifest(id)).digest();
    return new Permit(GRANT, id, release, digest("gate"), END, null);
  }

  /** The body of the entry that tells of this grant, signed by this gate. */
  public static String told(ReleaseRecord record, GrantTicket ticket, SigningGate gate) {
    FrozenRelease frozen = record.releases().frozen(ticket.release()).orElseThrow();
    Permit permit =
        new Permit(
            ticket.grantId(),
            frozen.id(),
            frozen.releaseDigest(),
            frozen.gateDigest(),
            NOW.plus(Duration.ofDays(3650)),
            null);
    return told(ticket, gate.sign(permit));
  }

  /** The same with another permit. */
  public static String told(GrantTicket ticket, String permit) {
    return "{\"grantId\":\"%s\",\"permit\":%s}".formatted(ticket.grantId(), permit);
  }

  static Trace trace(EntryKind kind, String... fields) {
    return new Trace(
        kind,
        switch (fields.length) {
          case 2 -> Map.of(fields[0], fields[1]);
          case 4 -> Map.of(fields[0], fields[1], fields[2], fields[3]);
          case 6 -> Map.of(fields[0], fields[1], fields[2], fields[3], fields[4], fields[5]);
          default -> Map.of();
        });
  }

  static Digest digest(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Reads manifests without validating them. */
  public static DocumentParser parser() {
    return new DocumentParser() {
      @Override
      public Manifest manifest(JsonNode json) {
        return GateJson.mapper().convertValue(json, Manifest.class);
      }

      @Override
      public GatePolicy gatePolicy(byte[] bytes) {
        throw new UnsupportedOperationException();
      }

      @Override
      public Approvers approvers(byte[] bytes) {
        throw new UnsupportedOperationException();
      }
    };
  }
}
