package io.countersign.activities.grant;

import io.countersign.activities.port.CredentialBroker;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.release.Dossier;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.release.Ledger;
import io.countersign.activity.GrantActivities.RevokeOutcome;
import io.countersign.activity.GrantActivities.RevokeRequest;
import io.countersign.grant.RevocationProof;
import io.countersign.record.EntryKind;
import io.countersign.record.Grant;
import io.countersign.release.GateState;
import io.countersign.release.ReleaseId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ends access: the record forbids further writing first, then Vault, then the proof, then the
 * record says so (I8).
 */
public final class Revoking {
  private final Dossiers dossiers;
  private final ReleaseRecord record;
  private final CredentialBroker broker;
  private final Ledger ledger;

  public Revoking(Dossiers dossiers, ReleaseRecord record, CredentialBroker broker, Ledger ledger) {
    this.dossiers = dossiers;
    this.record = record;
    this.broker = broker;
    this.ledger = ledger;
  }

  /** REVOCATION_UNPROVED (retryable) until the proof holds. */
  public RevokeOutcome revoke(RevokeRequest request) {
    Dossier dossier = dossiers.of(request.release());
    begin(request);
    Optional<Grant> open = record.grants().beginRevocation(dossier.id());
    if (open.isEmpty()) {
      tellState(request);
      return new RevokeOutcome(lastProof(dossier.id()), List.of());
    }
    RevocationProof proof =
        end(open.get(), dossier.manifest().access().policies(), request.reason());
    tellState(request);
    return new RevokeOutcome(proof.at(), proof.readable());
  }

  /**
   * Revokes, proves, closes and records one grant whose revocation was begun; the sweeper does the
   * same.
   *
   * @param policies what the release held, for the notice of what to rotate
   */
  public RevocationProof end(Grant grant, List<String> policies, String reason) {
    RevocationProof proof = broker.revoke(grant.release(), grant.slot(), policies);
    record.grants().closeGrant(grant.grantId(), RoleWriting.json(proof), ledger.now());
    if (!ledger.has(grant.release(), EntryKind.REVOCATION_PROVED, provedKey(grant))) {
      ledger.append(
          grant.release(),
          EntryKind.REVOCATION_PROVED,
          provedKey(grant),
          body -> {
            body.put("grantId", grant.grantId().toString());
            body.put("reason", reason);
            body.set("proof", Dossiers.json(RoleWriting.json(proof)));
          });
    }
    return proof;
  }

  /**
   * What is intended stands in the record before Vault is touched, so that no reset grants again in
   * between.
   */
  private void begin(RevokeRequest request) {
    String key = "revocation/" + newest(request.release()) + "/" + request.next();
    if (!ledger.has(request.release(), EntryKind.REVOCATION, key)) {
      ledger.append(
          request.release(),
          EntryKind.REVOCATION,
          key,
          body -> body.put("next", request.next().name()).put("reason", request.reason()));
    }
  }

  /**
   * Intents belong to a grant by its random id: one that was written before the grant was opened
   * stands in nobody's way.
   */
  private String newest(ReleaseId release) {
    List<Grant> grants = record.grants().grants(release);
    return grants.isEmpty() ? "none" : grants.get(grants.size() - 1).grantId().toString();
  }

  private void tellState(RevokeRequest request) {
    GateState next = request.next();
    String key = "state/" + request.generation() + "/" + next;
    if (!ledger.has(request.release(), EntryKind.STATE, key)) {
      ledger.state(request.release(), EntryKind.STATE, key, next.name(), request.reason());
    }
  }

  private @Nullable Instant lastProof(ReleaseId release) {
    List<Grant> grants = record.grants().grants(release);
    return grants.isEmpty() ? null : grants.get(grants.size() - 1).closedAt();
  }

  private static String provedKey(Grant grant) {
    return "revocation-proved/" + grant.grantId();
  }
}
