-- The control record. Everything that must never be doubled is a constraint here, not a promise of the program.

-- A release as it was frozen at submission. Never changed; the digest is that of the canonical manifest.
CREATE TABLE frozen_release (
  release          text        CONSTRAINT frozen_release_pk PRIMARY KEY,
  environment      text        NOT NULL GENERATED ALWAYS AS (split_part(release, '/', 1)) STORED,
  system           text        NOT NULL GENERATED ALWAYS AS (split_part(release, '/', 2)) STORED,
  release_digest   text        NOT NULL,
  submitter        text        NOT NULL,
  submission       text        NOT NULL,
  manifest         jsonb       NOT NULL,
  gate_digest      text        NOT NULL,
  approvers_digest text        NOT NULL,
  review_round     integer     NOT NULL CHECK (review_round >= 1),
  tier             text        NOT NULL,
  requirements     jsonb       NOT NULL,
  predecessor      text,
  scope            jsonb       NOT NULL,
  frozen_at        timestamptz NOT NULL
);

CREATE TABLE review_round (
  release text    CONSTRAINT review_round_pk PRIMARY KEY
                  CONSTRAINT review_round_of_frozen_release REFERENCES frozen_release (release),
  round   integer NOT NULL CHECK (round >= 1)
);

-- Evidence by digest. Never changed.
CREATE TABLE document (
  digest  text  CONSTRAINT document_pk PRIMARY KEY,
  content bytea NOT NULL,
  CONSTRAINT document_has_its_digest CHECK (digest = 'sha256:' || encode(sha256(content), 'hex'))
);

-- Change entries. Never changed. A later migration adds the hash chain as columns; rows are written in order of seq
-- under the lock of the release's entry_counter row, so that the previous hash is known when an entry is written.
CREATE TABLE entry (
  release text        NOT NULL,
  seq     bigint      NOT NULL CHECK (seq >= 1),
  at      timestamptz NOT NULL,
  kind    text        NOT NULL,
  actor   text        NOT NULL,
  key     text        NOT NULL,
  body    jsonb       NOT NULL,
  CONSTRAINT entry_pk PRIMARY KEY (release, seq),
  CONSTRAINT entry_key_once UNIQUE (release, key),
  CONSTRAINT entry_body_bounded CHECK (octet_length(body::text) <= 1048576)
);
CREATE INDEX entry_by_kind ON entry (release, kind, seq);

CREATE TABLE entry_counter (
  release           text   CONSTRAINT entry_counter_pk PRIMARY KEY,
  last_seq          bigint NOT NULL DEFAULT 0 CHECK (last_seq >= 0),
  refusals_recorded bigint NOT NULL DEFAULT 0,
  refusals_counted  bigint NOT NULL DEFAULT 0
);

-- The store numbers the entries, whoever inserts them, one after the other per release. A key that is there already is
-- skipped without using up a number. Runs with its owner's rights, so that the worker need not write the counter.
CREATE FUNCTION entry_in_sequence() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO entry_counter (release) VALUES (NEW.release) ON CONFLICT DO NOTHING;
  PERFORM FROM entry_counter WHERE release = NEW.release FOR UPDATE;
  IF EXISTS (SELECT FROM entry WHERE release = NEW.release AND key = NEW.key) THEN
    RETURN NULL;
  END IF;
  UPDATE entry_counter SET last_seq = last_seq + 1 WHERE release = NEW.release RETURNING last_seq INTO NEW.seq;
  RETURN NEW;
END $$;
CREATE TRIGGER entry_in_sequence BEFORE INSERT ON entry
  FOR EACH ROW EXECUTE FUNCTION entry_in_sequence();
ALTER TABLE entry ENABLE ALWAYS TRIGGER entry_in_sequence;

-- Nonces of accepted statements. Never changed.
CREATE TABLE used_nonce (
  person  text NOT NULL,
  nonce   text NOT NULL,
  release text NOT NULL,
  key     text NOT NULL,
  CONSTRAINT used_nonce_once PRIMARY KEY (person, nonce)
);

CREATE SEQUENCE grant_fence;
CREATE SEQUENCE grant_ordinal;

CREATE TABLE access_grant (
  grant_id         uuid        CONSTRAINT access_grant_pk PRIMARY KEY,
  release          text        NOT NULL
                               CONSTRAINT access_grant_of_frozen_release REFERENCES frozen_release (release),
  environment      text        NOT NULL GENERATED ALWAYS AS (split_part(release, '/', 1)) STORED,
  system           text        NOT NULL GENERATED ALWAYS AS (split_part(release, '/', 2)) STORED,
  slot             text        NOT NULL CONSTRAINT access_grant_two_slots CHECK (slot IN ('a', 'b')),
  state            text        NOT NULL
                               CONSTRAINT access_grant_state CHECK (state IN ('WRITING', 'LIVE', 'REVOKING', 'REVOKED')),
  request_key      text        NOT NULL,
  ordinal          bigint      NOT NULL DEFAULT nextval('grant_ordinal'),
  fence            bigint      NOT NULL DEFAULT nextval('grant_fence'),
  opened_at        timestamptz NOT NULL,
  live_at          timestamptz,
  expires_at       timestamptz NOT NULL,
  closed_at        timestamptz,
  namespace_id     text        NOT NULL,
  run_id           text        NOT NULL,
  spec             jsonb,
  grant_proof      jsonb,
  revocation_proof jsonb,
  CONSTRAINT access_grant_key_once UNIQUE (release, request_key),
  CONSTRAINT access_grant_ends CHECK (expires_at > opened_at),
  CONSTRAINT access_grant_live_is_proved
    CHECK (state <> 'LIVE' OR (live_at IS NOT NULL AND spec IS NOT NULL AND grant_proof IS NOT NULL)),
  CONSTRAINT access_grant_closed_is_proved
    CHECK ((state = 'REVOKED') = (closed_at IS NOT NULL AND revocation_proof IS NOT NULL))
);
CREATE UNIQUE INDEX access_grant_one_open_per_release ON access_grant (release) WHERE state <> 'REVOKED';
CREATE UNIQUE INDEX access_grant_one_open_per_slot ON access_grant (environment, system, slot)
  WHERE state <> 'REVOKED';
CREATE INDEX access_grant_by_release ON access_grant (release, ordinal);

-- A grant never goes back, never changes hands and never outlives its first end.
CREATE FUNCTION access_grant_goes_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.grant_id <> OLD.grant_id OR NEW.release <> OLD.release OR NEW.slot <> OLD.slot
      OR NEW.request_key <> OLD.request_key OR NEW.ordinal <> OLD.ordinal OR NEW.opened_at <> OLD.opened_at
      OR NEW.expires_at > OLD.expires_at OR NEW.fence < OLD.fence
      OR (OLD.state = 'REVOKED')
      OR (OLD.state = 'REVOKING' AND NEW.state IN ('WRITING', 'LIVE'))
      OR (OLD.state = 'LIVE' AND NEW.state = 'WRITING')
      OR (NEW.state = 'REVOKED' AND OLD.state <> 'REVOKING')
      OR (NEW.state = 'REVOKING' AND OLD.state <> 'REVOKING' AND NEW.fence <= OLD.fence) THEN
    RAISE EXCEPTION 'a grant only goes forward' USING ERRCODE = 'CS003';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER access_grant_goes_forward BEFORE UPDATE ON access_grant
  FOR EACH ROW EXECUTE FUNCTION access_grant_goes_forward();

CREATE TABLE supersession (
  id         bigint      GENERATED ALWAYS AS IDENTITY CONSTRAINT supersession_pk PRIMARY KEY,
  superseded text        NOT NULL
                         CONSTRAINT supersession_of_frozen_release REFERENCES frozen_release (release),
  by_release text        NOT NULL
                         CONSTRAINT supersession_by_frozen_release REFERENCES frozen_release (release),
  at         timestamptz NOT NULL,
  cleared_at timestamptz
);
CREATE UNIQUE INDEX supersession_once ON supersession (superseded) WHERE cleared_at IS NULL;
CREATE INDEX supersession_by ON supersession (by_release) WHERE cleared_at IS NULL;

-- For readers. No decision rests on it.
CREATE TABLE release_status (
  release      text        CONSTRAINT release_status_pk PRIMARY KEY,
  state        text        NOT NULL,
  at           timestamptz NOT NULL,
  completed_at timestamptz
);

CREATE TABLE identity_proof (
  release   text        CONSTRAINT identity_proof_pk PRIMARY KEY,
  subject   text        NOT NULL,
  audience  text        NOT NULL,
  issuer    text        NOT NULL,
  proved_at timestamptz NOT NULL
);

-- Ids of CI tokens that submitted a release. Never changed.
CREATE TABLE used_token_id (
  issuer         text        NOT NULL,
  token_id       text        NOT NULL,
  release_digest text        NOT NULL,
  expires_at     timestamptz NOT NULL,
  CONSTRAINT used_token_id_once PRIMARY KEY (issuer, token_id)
);

CREATE TABLE sweep_missing (
  release text        CONSTRAINT sweep_missing_pk PRIMARY KEY,
  sweeps  integer     NOT NULL,
  at      timestamptz NOT NULL
);

CREATE TABLE sweep_attempt (
  environment text    NOT NULL,
  system      text    NOT NULL,
  slot        text    NOT NULL CHECK (slot IN ('a', 'b')),
  attempts    integer NOT NULL,
  CONSTRAINT sweep_attempt_pk PRIMARY KEY (environment, system, slot)
);

-- Append-only for everybody, the owner included. Row triggers name the row's table; TRUNCATE needs its own.
CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'CS001';
END $$;

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['entry', 'frozen_release', 'document', 'used_nonce', 'used_token_id'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I
                    FOR EACH ROW EXECUTE FUNCTION append_only()', name);
    -- ALWAYS: also where a session calls itself a replica to switch triggers off.
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER append_only', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['entry', 'frozen_release', 'document', 'used_nonce', 'used_token_id', 'access_grant',
                              'supersession', 'entry_counter'] LOOP
    EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I
                    FOR EACH STATEMENT EXECUTE FUNCTION append_only()', name);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER append_only_truncate', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['access_grant', 'supersession', 'entry_counter'] LOOP
    EXECUTE format('CREATE TRIGGER append_only_delete BEFORE DELETE ON %I
                    FOR EACH ROW EXECUTE FUNCTION append_only()', name);
  END LOOP;
END $$;

-- Numbers are never given twice, also when the counter is edited.
CREATE FUNCTION entry_counter_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.release <> OLD.release OR NEW.last_seq < OLD.last_seq THEN
    RAISE EXCEPTION 'an entry counter only grows' USING ERRCODE = 'CS002';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER entry_counter_grows BEFORE UPDATE ON entry_counter
  FOR EACH ROW EXECUTE FUNCTION entry_counter_grows();
