package io.countersign.activities.adapter.memory;

import io.countersign.activities.port.ChangeEntries;
import io.countersign.activities.port.DecisionBatches;
import io.countersign.activities.port.Documents;
import io.countersign.activities.port.EvidenceStore;
import io.countersign.activities.port.Grants;
import io.countersign.activities.port.Identities;
import io.countersign.activities.port.LiveReleases;
import io.countersign.activities.port.ReleaseListing;
import io.countersign.activities.port.ReleaseRecord;
import io.countersign.activities.port.Releases;
import io.countersign.activities.port.SweepLedger;
import io.countersign.record.GrantState;
import io.countersign.release.ReleaseId;

/** The control record in memory. Arbiter of nothing: another process does not see it. */
public final class UnsafeInMemoryReleaseRecord implements ReleaseRecord {
  private final InMemoryDocuments documents = new InMemoryDocuments();
  private final InMemoryEntries entries = new InMemoryEntries();
  private final InMemoryEvidence evidence = new InMemoryEvidence(entries);
  private final InMemoryReleases releases = new InMemoryReleases(entries, this::live);
  private final ReleaseListing listing = new InMemoryListing(releases, entries);
  private final InMemoryGrants grants = new InMemoryGrants(releases);
  private final InMemoryLiveReleases live = new InMemoryLiveReleases(releases, grants);
  private final InMemoryIdentities identities = new InMemoryIdentities();
  private final InMemorySweepLedger sweeps = new InMemorySweepLedger();

  private final DecisionBatches decisions = new UnsafeInMemoryDecisionBatches();

  private boolean live(ReleaseId release) {
    return grants.grants(release).stream().anyMatch(grant -> grant.state() == GrantState.LIVE);
  }

  @Override
  public Releases releases() {
    return releases;
  }

  @Override
  public ReleaseListing listing() {
    return listing;
  }

  @Override
  public Documents documents() {
    return documents;
  }

  @Override
  public ChangeEntries entries() {
    return entries;
  }

  @Override
  public EvidenceStore evidence() {
    return evidence;
  }

  @Override
  public Grants grants() {
    return grants;
  }

  @Override
  public LiveReleases live() {
    return live;
  }

  @Override
  public Identities identities() {
    return identities;
  }

  @Override
  public SweepLedger sweeps() {
    return sweeps;
  }

  @Override
  public DecisionBatches decisions() {
    return decisions;
  }
}
