-- The least that the worker needs, stated again after every migration. Where the migrating role may not create roles, an
-- administrator creates countersign_worker and migrates again; until then the readiness check says that it is missing.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'countersign_worker') THEN
    BEGIN
      CREATE ROLE countersign_worker NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    EXCEPTION
      WHEN insufficient_privilege THEN
        RAISE NOTICE 'role countersign_worker is missing and may not be created by this role';
      WHEN duplicate_object OR unique_violation THEN
        NULL;
    END;
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'countersign_worker') THEN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO countersign_worker', current_schema());
    GRANT SELECT, INSERT ON entry, frozen_release, document, used_nonce, used_token_id, seal, evidence_line
      TO countersign_worker;
    GRANT SELECT, INSERT, DELETE ON evidence_work TO countersign_worker;
    GRANT SELECT, INSERT, UPDATE ON review_round, release_status, identity_proof, sweep_missing,
      sweep_attempt TO countersign_worker;
    GRANT SELECT, INSERT (release), UPDATE (refusals_recorded, refusals_counted) ON entry_counter
      TO countersign_worker;
    GRANT SELECT, INSERT, UPDATE (state, fence, run_id, live_at, closed_at, spec, grant_proof, revocation_proof)
      ON access_grant TO countersign_worker;
    GRANT SELECT, INSERT, UPDATE (cleared_at) ON supersession TO countersign_worker;
    GRANT SELECT ON flyway_schema_history, listed_release TO countersign_worker;
    GRANT USAGE ON SEQUENCE grant_fence, grant_ordinal TO countersign_worker;
  END IF;
END $$;

-- The least that a node needs which only decides: how releases stand, and nothing that people or workloads sent.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'countersign_decider') THEN
    BEGIN
      CREATE ROLE countersign_decider NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    EXCEPTION
      WHEN insufficient_privilege THEN
        RAISE NOTICE 'role countersign_decider is missing and may not be created by this role';
      WHEN duplicate_object OR unique_violation THEN
        NULL;
    END;
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'countersign_decider') THEN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO countersign_decider', current_schema());
    GRANT SELECT ON live_trace TO countersign_decider;
    GRANT SELECT (grant_id, release, state, expires_at) ON access_grant TO countersign_decider;
    GRANT SELECT (release, last_seq) ON entry_counter TO countersign_decider;
    GRANT SELECT (release, state) ON release_status TO countersign_decider;
    GRANT SELECT ON SEQUENCE grant_fence TO countersign_decider;
    GRANT SELECT (release, release_digest, gate_digest, manifest) ON frozen_release TO countersign_decider;
    GRANT INSERT (node, number, previous, hash, envelope, sections) ON decision_batch TO countersign_decider;
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'countersign_worker') THEN
    GRANT SELECT ON SEQUENCE grant_fence TO countersign_worker;
    GRANT SELECT ON live_trace, decision_batch, decision_work TO countersign_worker;
    GRANT INSERT (node, number, previous, hash, envelope, sections) ON decision_batch TO countersign_worker;
    GRANT DELETE, UPDATE (due) ON decision_work TO countersign_worker;
  END IF;
END $$;
