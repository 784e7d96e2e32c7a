package io.countersign.grant;

import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.List;

/**
 * Why a release's access is said to be dead: its role does not exist, and the slot's list of tokens
 * was empty twice, further apart than a login takes. It covers tokens that the gate never saw, and
 * never names one.
 *
 * @param roleWasPresent false when somebody else had already deleted it
 * @param leasesFound the most tokens that were seen alive in the slot while revoking
 * @param rounds how often the slot's tokens were revoked
 * @param firstEmptyAt when the list of tokens was first seen empty
 * @param at when it was seen empty again and the role seen absent: the moment of the proof
 * @param dynamicSecretsChecked lease prefixes under which nothing overdue is left
 * @param readable policies that let the workload read: values it read are not leased and must be
 *     rotated
 */
public record RevocationProof(
    ReleaseId release,
    Slot slot,
    boolean roleWasPresent,
    int leasesFound,
    int rounds,
    Instant firstEmptyAt,
    Instant at,
    List<String> dynamicSecretsChecked,
    List<String> readable) {
  public RevocationProof {
    dynamicSecretsChecked = dynamicSecretsChecked.stream().sorted().toList();
    readable = readable.stream().sorted().toList();
  }
}
