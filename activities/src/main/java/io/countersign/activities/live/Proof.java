package io.countersign.activities.live;

import io.countersign.activities.port.GovernedRelease;
import io.countersign.activities.port.LiveTraces.LiveGrant;
import io.countersign.activities.port.LiveTraces.Trace;
import io.countersign.activities.port.Permit;
import io.countersign.activities.port.Permits;
import io.countersign.failure.GateException;
import io.countersign.record.EntryKind;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the gate signed of one grant, verified once and kept for as long as the key is believed.
 * Only the first entry that tells of a grant counts: the gate writes one.
 *
 * @param proved null where nothing is
 * @param by the keys that it was held against
 */
record Proof(UUID grant, String envelope, Permits.@Nullable Proved proved, Permits by) {
  private static final Logger LOG = LoggerFactory.getLogger(Proof.class);

  /** The proof of this grant, or null before the record tells of it. */
  static @Nullable Proof of(
      GovernedRelease frozen,
      List<Trace> traces,
      @Nullable LiveGrant grant,
      @Nullable Proof before,
      Permits permits) {
    if (grant == null) {
      return null;
    }
    for (Trace trace : traces) {
      if (trace.kind() == EntryKind.GRANT && trace.field("grantId").equals(grant.id().toString())) {
        String envelope = trace.field("permit");
        return before != null && before.stands(grant, envelope, permits)
            ? before
            : verified(frozen, grant, envelope, permits);
      }
    }
    return null;
  }

  private boolean stands(LiveGrant other, String text, Permits permits) {
    return grant.equals(other.id())
        && envelope.equals(text)
        && (proved == null ? by == permits : permits.believes(proved.key()));
  }

  private static Proof verified(
      GovernedRelease frozen, LiveGrant grant, String envelope, Permits permits) {
    String why;
    try {
      if (envelope.isEmpty()) {
        why = "it has no permit";
      } else {
        Permits.Proved proved = permits.open(envelope);
        if (isOf(frozen, grant, proved.permit())) {
          return new Proof(grant.id(), envelope, proved, permits);
        }
        why = "its permit is of another grant or release";
      }
    } catch (GateException refused) {
      why = "its permit is refused: " + refused.type();
    } catch (RuntimeException unreadable) {
      why = "its permit cannot be read";
    }
    LOG.error(
        "{} is not in force here although the record says so: grant {}, {}",
        frozen.id(),
        grant.id(),
        why);
    return new Proof(grant.id(), envelope, null, permits);
  }

  private static boolean isOf(GovernedRelease frozen, LiveGrant grant, Permit permit) {
    return permit.grantId().equals(grant.id())
        && permit.release().equals(frozen.id())
        && permit.releaseDigest().equals(frozen.releaseDigest())
        && permit.gateDigest().equals(frozen.gateDigest());
  }
}
