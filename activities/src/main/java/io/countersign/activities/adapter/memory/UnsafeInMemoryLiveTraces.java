package io.countersign.activities.adapter.memory;

import com.fasterxml.jackson.databind.JsonNode;
import io.countersign.activities.port.LiveTraces;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.release.Dossiers;
import io.countersign.record.Entry;
import io.countersign.record.FrozenRelease;
import io.countersign.record.Grant;
import io.countersign.record.GrantState;
import io.countersign.release.ReleaseId;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a record that is in the same process. Not at one moment: fit only where one thread writes.
 * Gives no hints; who relies on it polls.
 */
public final class UnsafeInMemoryLiveTraces implements LiveTraces {
  private final ReleaseRecord record;
  private final Clock clock;

  public UnsafeInMemoryLiveTraces(ReleaseRecord record, Clock clock) {
    this.record = record;
    this.clock = clock;
  }

  @Override
  public Reading read(Map<ReleaseId, Long> known) {
    List<Found> found = new ArrayList<>();
    for (Grant grant : record.grants().openGrants()) {
      ReleaseId id = grant.release();
      long newest = record.entries().count(id);
      LiveGrant live =
          grant.state() == GrantState.LIVE
              ? new LiveGrant(grant.grantId(), grant.expiresAt())
              : null;
      boolean told = Long.valueOf(newest).equals(known.get(id));
      found.add(new Found(id, newest, live, told ? null : told(id)));
    }
    return new Reading(clock.instant(), 0, found);
  }

  private Told told(ReleaseId id) {
    FrozenRelease frozen = record.releases().frozen(id).orElseThrow();
    List<Trace> traces =
        record.entries().entries(id, KINDS).stream()
            .map(entry -> new Trace(entry.kind(), fields(entry)))
            .toList();
    return new Told(frozen.releaseDigest(), frozen.gateDigest(), frozen.manifest(), traces);
  }

  private static Map<String, String> fields(Entry entry) {
    Map<String, String> fields = new HashMap<>();
    for (Map.Entry<String, JsonNode> field : Dossiers.json(entry.body()).properties()) {
      if (field.getValue().isValueNode()) {
        fields.put(field.getKey(), field.getValue().asText());
      } else if (field.getKey().equals("permit")) {
        fields.put(field.getKey(), field.getValue().toString());
      }
    }
    return fields;
  }

  @Override
  public Hints listen(Runnable hint) {
    return () -> {};
  }
}
