package io.countersign.activities.port;

import io.countersign.grant.GrantProof;
import io.countersign.grant.GrantSpec;
import io.countersign.grant.IdentityBinding;
import io.countersign.grant.Inspection;
import io.countersign.grant.ProbeState;
import io.countersign.grant.RevocationProof;
import io.countersign.grant.Slot;
import io.countersign.grant.SlotRole;
import io.countersign.grant.SystemRef;
import io.countersign.release.ReleaseId;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Gives a release's workload its access and takes it away. Every operation may be repeated: paths
 * are derived from the release, an operation looks before it writes, and what is already so counts
 * as done. No operation sees a token of a workload.
 *
 * <p>Every operation may fail with VAULT_UNAVAILABLE or VAULT_DENIED, which say that nothing was
 * learned, and with NOT_ONBOARDED when a slot's mount does not exist.
 */
public interface CredentialBroker {

  /**
   * Opens the probe in a free slot: a role with this identity and without any right. Starts from an
   * empty list of tokens. Refused with RECORD_CONFLICT when the slot holds a release.
   */
  void openProbe(SystemRef system, Slot slot, String subject, String audience);

  /**
   * SEEN as soon as a token of the open probe was seen. Refused with RECORD_CONFLICT when the slot
   * does not hold exactly an open probe: a token would prove nothing.
   */
  ProbeState probe(SystemRef system, Slot slot);

  /**
   * Ends the probe: role gone, its tokens gone, proved as in {@link #revoke}. Refused when the slot
   * holds a release.
   */
  void closeProbe(SystemRef system, Slot slot);

  /**
   * Writes the one role of this release and reads back every field of it, that it is alone in its
   * slot, and the bodies of its policies.
   *
   * <p>Refused with RECORD_CONFLICT when the slot holds anything else (another role, a token
   * without a role) or when the release's role is there and says something else than it should;
   * with OUTSIDE_POLICY when a policy does not exist.
   */
  GrantProof grant(GrantSpec spec);

  /** What the slot holds now. */
  Inspection inspect(SystemRef system, Slot slot);

  /** The roles of both slots. */
  default List<SlotRole> list(SystemRef system) {
    return Stream.of(Slot.values())
        .flatMap(slot -> inspect(system, slot).roles().stream())
        .toList();
  }

  /**
   * Ends the access of a release and proves it. A release that is already gone is proved gone in
   * the same way.
   *
   * <p>Fails with REVOCATION_UNPROVED, whose detail says what is left, when the proof does not
   * succeed; the role is then deleted nevertheless. Refused with RECORD_CONFLICT when the slot no
   * longer holds this release but another one or its probe: its tokens cannot be told apart and a
   * stale order must not end them.
   *
   * @param policies the policies that the release held, as recorded, for the notice of what to
   *     rotate
   */
  RevocationProof revoke(ReleaseId release, Slot slot, List<String> policies);

  /** As above, with the policies that the role names if it still exists. */
  default RevocationProof revoke(ReleaseId release, Slot slot) {
    return revoke(release, slot, List.of());
  }

  /** The bodies of these access policies by name; OUTSIDE_POLICY when one does not exist. */
  Map<String, String> policies(List<String> names);

  /** What the mounts of both slots accept as proof of identity. */
  IdentityBinding identity(SystemRef system);
}
