package io.countersign.activities.adapter.postgres;

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

/** The control record in PostgreSQL. */
public final class PostgresReleaseRecord implements ReleaseRecord {
  private final PostgresReleases releases;
  private final PostgresListing listing;
  private final PostgresDocuments documents;
  private final PostgresEntries entries;
  private final PostgresEvidence evidence;
  private final PostgresGrants grants;
  private final PostgresLiveReleases live;
  private final PostgresIdentities identities;
  private final PostgresSweepLedger sweeps;
  private final DecisionBatches decisions;

  public PostgresReleaseRecord(PostgresDatabase database) {
    this.releases = new PostgresReleases(database);
    this.listing = new PostgresListing(database);
    this.documents = new PostgresDocuments(database);
    this.entries = new PostgresEntries(database);
    this.evidence = new PostgresEvidence(database);
    this.grants = new PostgresGrants(database);
    this.live = new PostgresLiveReleases(database);
    this.identities = new PostgresIdentities(database);
    this.sweeps = new PostgresSweepLedger(database);
    this.decisions = new PostgresDecisionBatches(database);
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
