package io.countersign.activities.check;

import io.countersign.activities.port.CredentialBroker;
import io.countersign.activities.port.GateRules;
import io.countersign.activities.port.IssuerKeys;
import io.countersign.activities.port.Lookouts;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.release.Dossier;
import io.countersign.activities.release.Dossiers;
import io.countersign.activities.release.Evidence;
import io.countersign.activities.release.Intake;
import io.countersign.activities.release.Ledger;
import io.countersign.activities.release.Standing;
import io.countersign.check.CheckResult;
import io.countersign.failure.FailureType;
import io.countersign.failure.GateException;
import io.countersign.grant.IdentityBinding;
import io.countersign.grant.SystemRef;
import io.countersign.policy.GatePolicy;
import io.countersign.policy.GatePolicy.CheckRule;
import io.countersign.record.Entry;
import io.countersign.record.Grant;
import io.countersign.record.GrantState;
import io.countersign.release.Change;
import io.countersign.release.Digest;
import io.countersign.release.ReleaseId;
import io.countersign.signoff.SignOffDecision;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Asks the gate's own dependencies about one release, for one check in one round. */
record GateWorld(
    Dossier dossier,
    Dossiers dossiers,
    String check,
    int round,
    CredentialBroker broker,
    IssuerKeys keys,
    GateRules rules,
    Evidence evidence,
    Lookouts lookouts,
    ReleaseRecord record,
    Ledger ledger)
    implements World {
  @Override
  public Instant now() {
    return ledger.now();
  }

  @Override
  public GatePolicy rulesInForce() {
    return rules.now().policy();
  }

  @Override
  public IdentityBinding identity() {
    return broker.identity(SystemRef.of(dossier.id()));
  }

  @Override
  public Digest issuerKeys() {
    return keys.digest(dossier.issuer());
  }

  @Override
  public List<LiveNeighbour> liveNeighbours() {
    return record.grants().openGrants().stream()
        .filter(grant -> grant.state() == GrantState.LIVE)
        .map(Grant::release)
        .filter(release -> !release.equals(dossier.id()))
        .distinct()
        .sorted(Comparator.comparing(ReleaseId::toString))
        .map(dossiers::of)
        .map(
            live ->
                new LiveNeighbour(
                    live.id(), live.manifest(), live.issuer().issuer(), live.frozenPolicies()))
        .toList();
  }

  @Override
  public List<Change> changes() {
    return Intake.changes(dossier.frozen());
  }

  @Override
  public List<CheckResult> otherResults() {
    List<CheckResult> results =
        evidence.checks(dossier, round).stream()
            .filter(result -> !result.check().equals(check))
            .sorted(Comparator.comparing(CheckResult::check))
            .toList();
    List<String> missing =
        dossier.tier().checks().stream()
            .map(CheckRule::check)
            .filter(name -> !name.equals(check))
            .filter(name -> results.stream().noneMatch(result -> result.check().equals(name)))
            .toList();
    if (!missing.isEmpty()) {
      throw new GateException(FailureType.CHECK_BROKEN, check + " needs the results of " + missing);
    }
    return results;
  }

  @Override
  public Optional<Instant> predecessorLiveAt() {
    ReleaseId predecessor = dossier.frozen().predecessor();
    return predecessor == null
        ? Optional.empty()
        : record.grants().grants(predecessor).stream()
            .map(Grant::liveAt)
            .filter(Objects::nonNull)
            .max(Comparator.naturalOrder());
  }

  @Override
  public Optional<OtherRelease> otherRelease(String version) {
    ReleaseId other = dossier.id().withVersion(version);
    if (record.releases().frozen(other).isEmpty()) {
      return Optional.empty();
    }
    boolean wasLive =
        record.grants().grants(other).stream().anyMatch(grant -> grant.liveAt() != null);
    Instant lastApproval =
        record.entries().signOffs(other).stream()
            .filter(
                entry ->
                    SignOffDecision.APPROVE
                        .toString()
                        .equals(Dossiers.json(entry.body()).path("decision").asText()))
            .map(Entry::at)
            .max(Comparator.naturalOrder())
            .orElse(null);
    return Optional.of(new OtherRelease(wasLive, Standing.of(record, other), lastApproval));
  }
}
