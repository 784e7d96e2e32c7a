package io.countersign.activities.port;

/**
 * The control record: arbiter and archive (design, section 8). Whoever writes to Vault trusts it
 * and signatures, never a workflow's history. Whoever may write to Temporal can schedule any
 * activity with any arguments, so every operation here is safe when it is forged, repeated, stale
 * or concurrent: the first writer wins, a repetition answers what is stored, a contradiction is
 * {@code RECORD_CONFLICT}.
 *
 * <p>Every operation is one transaction: it has happened completely or not at all. {@code
 * DATABASE_UNAVAILABLE} may come after the commit; the same call again is then answered from what
 * was stored. Times come from callers and are kept in microseconds.
 */
public interface ReleaseRecord {
  Releases releases();

  ReleaseListing listing();

  Documents documents();

  ChangeEntries entries();

  EvidenceStore evidence();

  Grants grants();

  LiveReleases live();

  Identities identities();

  SweepLedger sweeps();

  DecisionBatches decisions();
}
