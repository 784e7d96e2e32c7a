-- The record proves itself (docs/evidence.md): entries of a release are a hash chain, seals are a chain over all
-- releases, and the lines of a bundle are made once and kept.

-- Canonical JSON (RFC 8785) of what jsonb holds. Slow, and only for rows whose writer did not bring the text.
CREATE FUNCTION canonical_number(number numeric) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT
  SET extra_float_digits = 1 AS $$
DECLARE
  shortest text := abs(number::float8)::text;
  mantissa text := split_part(shortest, 'e', 1);
  whole    text := split_part(mantissa, '.', 1);
  digits   text := whole || split_part(mantissa, '.', 2);
  point    integer := length(whole) + coalesce(nullif(split_part(shortest, 'e', 2), '')::integer, 0);
  sign     text := CASE WHEN number < 0 THEN '-' ELSE '' END;
  significant text;
BEGIN
  IF number = 0 THEN
    RETURN '0';
  END IF;
  point := point - (length(digits) - length(ltrim(digits, '0')));
  significant := rtrim(ltrim(digits, '0'), '0');
  IF length(significant) <= point AND point <= 21 THEN
    RETURN sign || significant || repeat('0', point - length(significant));
  ELSIF 0 < point AND point <= 21 THEN
    RETURN sign || left(significant, point) || '.' || substr(significant, point + 1);
  ELSIF -6 < point AND point <= 0 THEN
    RETURN sign || '0.' || repeat('0', -point) || significant;
  END IF;
  RETURN sign || left(significant, 1) || CASE WHEN length(significant) > 1 THEN '.' ELSE '' END
    || substr(significant, 2) || 'e' || CASE WHEN point > 0 THEN '+' ELSE '-' END || abs(point - 1);
END $$;

CREATE FUNCTION canonical_json(value jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT
  SET search_path FROM CURRENT AS $$
BEGIN
  RETURN CASE jsonb_typeof(value)
    WHEN 'object' THEN
      -- In order of UTF-16 units: as bytes of UTF-8, but four-byte characters come before U+E000 to U+FFFF.
      (SELECT '{' || coalesce(string_agg(to_json(name)::text || ':' || canonical_json(field), ','
          ORDER BY translate(convert_from(convert_to(name, 'UTF8'), 'LATIN1'), U&'\00EE\00EF', U&'\00FE\00FF')
            COLLATE "C"), '') || '}'
        FROM jsonb_each(value) AS members (name, field))
    WHEN 'array' THEN
      (SELECT '[' || coalesce(string_agg(canonical_json(item), ',' ORDER BY place), '') || ']'
        FROM jsonb_array_elements(value) WITH ORDINALITY AS items (item, place))
    WHEN 'string' THEN to_json(value #>> '{}')::text
    WHEN 'number' THEN canonical_number((value #>> '{}')::numeric)
    ELSE value::text
  END;
END $$;

CREATE FUNCTION entry_hash(release text, seq bigint, at timestamptz, kind text, actor text, key text, canonical text,
                           previous text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT encode(sha256(convert_to(
    E'countersign.io/entry/v1\n' || release || E'\n' || seq || E'\n'
      || to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || E'\n'
      || kind || E'\n' || actor || E'\n' || key || E'\n'
      || encode(sha256(convert_to(canonical, 'UTF8')), 'hex') || E'\n' || previous || E'\n', 'UTF8')), 'hex')
$$;

-- The canonical text is what is hashed and read; body is the same for queries.
ALTER TABLE entry ADD COLUMN canonical text, ADD COLUMN previous text, ADD COLUMN hash text;

ALTER TABLE entry DISABLE TRIGGER append_only;
DO $$
DECLARE
  stored entry;
  before text;
  of_release text := '';
  text_form text;
BEGIN
  FOR stored IN SELECT * FROM entry ORDER BY release, seq LOOP
    IF stored.release <> of_release THEN
      of_release := stored.release;
      before := repeat('0', 64);
    END IF;
    text_form := canonical_json(stored.body);
    UPDATE entry SET canonical = text_form, previous = before,
        hash = entry_hash(release, seq, at, kind, actor, key, text_form, before)
      WHERE release = stored.release AND seq = stored.seq
      RETURNING hash INTO before;
  END LOOP;
END $$;
ALTER TABLE entry ENABLE ALWAYS TRIGGER append_only;

ALTER TABLE entry
  ALTER COLUMN canonical SET NOT NULL,
  ALTER COLUMN previous SET NOT NULL,
  ALTER COLUMN hash SET NOT NULL,
  DROP CONSTRAINT entry_body_bounded,
  ADD CONSTRAINT entry_body_bounded CHECK (octet_length(canonical) <= 1048576),
  -- Each field is one line of what is hashed.
  ADD CONSTRAINT entry_fields_are_lines CHECK (strpos(release || kind || actor || key, E'\n') = 0),
  -- Beyond these years a time has no one form.
  ADD CONSTRAINT entry_at_in_range CHECK (at >= '1970-01-01 00:00:00+00' AND at < '9999-01-01 00:00:00+00');

ALTER TABLE entry_counter ADD COLUMN sealed_seq bigint NOT NULL DEFAULT 0 CHECK (sealed_seq >= 0);
CREATE INDEX entry_counter_unsealed ON entry_counter (release) WHERE last_seq > sealed_seq;

CREATE OR REPLACE FUNCTION entry_counter_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.release <> OLD.release OR NEW.last_seq < OLD.last_seq OR NEW.sealed_seq < OLD.sealed_seq THEN
    RAISE EXCEPTION 'an entry counter only grows' USING ERRCODE = 'CS002';
  END IF;
  RETURN NEW;
END $$;

-- As before, and the store computes the chain, whatever an insert says: number, previous and hash come from the
-- entries themselves, the counter's row is only what inserts wait for.
CREATE OR REPLACE FUNCTION entry_in_sequence() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM FROM entry_counter WHERE release = NEW.release FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO entry_counter (release) VALUES (NEW.release) ON CONFLICT DO NOTHING;
    PERFORM FROM entry_counter WHERE release = NEW.release FOR UPDATE;
  END IF;
  IF EXISTS (SELECT FROM entry WHERE release = NEW.release AND key = NEW.key) THEN
    RETURN NULL;
  END IF;
  SELECT seq + 1, hash INTO NEW.seq, NEW.previous FROM entry
    WHERE release = NEW.release ORDER BY seq DESC LIMIT 1;
  IF NOT FOUND THEN
    NEW.seq := 1;
    NEW.previous := repeat('0', 64);
  END IF;
  IF NEW.canonical IS NULL THEN
    NEW.canonical := canonical_json(NEW.body);
  ELSE
    NEW.body := NEW.canonical::jsonb;
  END IF;
  NEW.hash := entry_hash(NEW.release, NEW.seq, NEW.at, NEW.kind, NEW.actor, NEW.key, NEW.canonical, NEW.previous);
  UPDATE entry_counter SET last_seq = greatest(last_seq, NEW.seq) WHERE release = NEW.release;
  RETURN NEW;
END $$;

-- One chain over all releases. Never changed.
CREATE TABLE seal (
  number   bigint      CONSTRAINT seal_pk PRIMARY KEY CHECK (number >= 1),
  release  text        NOT NULL,
  from_seq bigint      NOT NULL CHECK (from_seq >= 1),
  to_seq   bigint      NOT NULL CHECK (to_seq BETWEEN from_seq AND from_seq + 199),
  head     text        NOT NULL,
  previous text        NOT NULL,
  hash     text        NOT NULL,
  at       timestamptz NOT NULL,
  CONSTRAINT seal_of_release UNIQUE (release, number),
  CONSTRAINT seal_closes_entries_once UNIQUE (release, to_seq)
);

-- What two sealing workers wait for.
CREATE TABLE seal_turn (only_one boolean CONSTRAINT seal_turn_pk PRIMARY KEY CHECK (only_one));
INSERT INTO seal_turn VALUES (true);

-- The lines of the bundles. Never changed; the first writer of a key wins.
CREATE TABLE evidence_line (
  release  text     NOT NULL,
  seal     bigint   NOT NULL,
  stage    smallint NOT NULL CHECK (stage BETWEEN 1 AND 5),
  seq      bigint   NOT NULL CHECK (seq >= 0),
  part     integer  NOT NULL CHECK (part >= 0),
  key      text     NOT NULL,
  envelope text     NOT NULL CHECK (strpos(envelope, E'\n') = 0),
  CONSTRAINT evidence_line_once PRIMARY KEY (release, key),
  CONSTRAINT evidence_line_place UNIQUE (release, seal, stage, seq, part),
  CONSTRAINT evidence_line_of_seal FOREIGN KEY (release, seal) REFERENCES seal (release, number)
);

-- What is still to be written or stamped. Only a list of work: whoever needs a bundle looks for himself.
CREATE TABLE evidence_work (
  seal    bigint NOT NULL,
  seq     bigint NOT NULL CHECK (seq >= 0),
  kind    text   NOT NULL CHECK (kind IN ('LINES', 'SEAL', 'STATEMENT')),
  release text   NOT NULL,
  imprint text   NOT NULL,
  CONSTRAINT evidence_work_pk PRIMARY KEY (kind, seal, seq),
  CONSTRAINT evidence_work_of_seal FOREIGN KEY (release, seal) REFERENCES seal (release, number)
);

-- The store makes the link; an insert that says another number, head, previous or hash is refused. One that another
-- worker was quicker with is skipped.
CREATE FUNCTION seal_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  made seal := NEW;
BEGIN
  PERFORM FROM seal_turn FOR UPDATE;
  SELECT number + 1, hash INTO made.number, made.previous FROM seal ORDER BY number DESC LIMIT 1;
  IF NOT FOUND THEN
    made.number := 1;
    made.previous := repeat('0', 64);
  END IF;
  SELECT coalesce(max(to_seq), 0) + 1 INTO made.from_seq FROM seal WHERE release = NEW.release;
  IF NEW.to_seq < made.from_seq THEN
    RETURN NULL;
  END IF;
  SELECT hash INTO made.head FROM entry WHERE release = NEW.release AND seq = NEW.to_seq;
  made.hash := encode(sha256(convert_to(
    E'countersign.io/seal/v1\n' || made.number || E'\n'
      || encode(sha256(convert_to(made.release, 'UTF8')), 'hex') || E'\n'
      || made.from_seq || ' ' || made.to_seq || E'\n' || made.head || E'\n' || made.previous || E'\n', 'UTF8')), 'hex');
  IF coalesce(NEW.number, made.number) <> made.number OR coalesce(NEW.from_seq, made.from_seq) <> made.from_seq
      OR coalesce(NEW.head, made.head) <> made.head OR coalesce(NEW.previous, made.previous) <> made.previous
      OR coalesce(NEW.hash, made.hash) <> made.hash THEN
    RAISE EXCEPTION 'a seal follows the seal before' USING ERRCODE = 'CS004';
  END IF;
  UPDATE entry_counter SET sealed_seq = greatest(sealed_seq, made.to_seq) WHERE release = made.release;
  RETURN made;
END $$;
CREATE TRIGGER seal_follows BEFORE INSERT ON seal FOR EACH ROW EXECUTE FUNCTION seal_follows();
ALTER TABLE seal ENABLE ALWAYS TRIGGER seal_follows;

CREATE FUNCTION seal_makes_work() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO evidence_work (seal, seq, kind, release, imprint)
    VALUES (NEW.number, 0, 'LINES', NEW.release, NEW.hash), (NEW.number, 0, 'SEAL', NEW.release, NEW.hash);
  RETURN NULL;
END $$;
CREATE TRIGGER seal_makes_work AFTER INSERT ON seal FOR EACH ROW EXECUTE FUNCTION seal_makes_work();

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['seal', 'evidence_line'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I
                    FOR EACH ROW EXECUTE FUNCTION append_only()', name);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER append_only', name);
    EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %I
                    FOR EACH STATEMENT EXECUTE FUNCTION append_only()', name);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER append_only_truncate', name);
  END LOOP;
END $$;
