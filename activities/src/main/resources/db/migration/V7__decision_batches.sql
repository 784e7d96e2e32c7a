-- What decision nodes signed of what they decided: one chain a node. Never changed.
CREATE TABLE decision_batch (
  node      text        NOT NULL CHECK (node ~ '^[a-z0-9][a-z0-9.-]{0,63}$'),
  number    bigint      NOT NULL CHECK (number >= 1),
  previous  text        NOT NULL CHECK (previous ~ '^[0-9a-f]{64}$'),
  hash      text        NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
  envelope  text        NOT NULL CHECK (strpos(envelope, E'\n') = 0 AND length(envelope) <= 65536),
  sections  text        NOT NULL CHECK (octet_length(sections) <= 67108864),
  stored_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT decision_batch_pk PRIMARY KEY (node, number)
);

-- What is still to be folded into the record. Only a list of work.
CREATE TABLE decision_work (
  node    text        NOT NULL,
  number  bigint      NOT NULL,
  due     timestamptz NOT NULL DEFAULT clock_timestamp(),
  CONSTRAINT decision_work_pk PRIMARY KEY (node, number),
  CONSTRAINT decision_work_of_batch FOREIGN KEY (node, number) REFERENCES decision_batch (node, number)
);

-- The same batch again is skipped. One that does not follow is refused; a number may be left out, which everybody sees.
CREATE FUNCTION decision_batch_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path FROM CURRENT AS $$
DECLARE
  last decision_batch;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('decisions/' || NEW.node, 0));
  IF EXISTS (SELECT FROM decision_batch WHERE node = NEW.node AND number = NEW.number AND hash = NEW.hash) THEN
    RETURN NULL;
  END IF;
  SELECT * INTO last FROM decision_batch WHERE node = NEW.node ORDER BY number DESC LIMIT 1;
  IF NEW.number <= coalesce(last.number, 0)
      OR (NEW.number = coalesce(last.number, 0) + 1 AND NEW.previous <> coalesce(last.hash, repeat('0', 64))) THEN
    RAISE EXCEPTION 'a batch follows the batch before' USING ERRCODE = 'CS005';
  END IF;
  NEW.stored_at := clock_timestamp();
  RETURN NEW;
END $$;
CREATE TRIGGER decision_batch_follows BEFORE INSERT ON decision_batch
  FOR EACH ROW EXECUTE FUNCTION decision_batch_follows();
ALTER TABLE decision_batch ENABLE ALWAYS TRIGGER decision_batch_follows;

CREATE FUNCTION decision_batch_makes_work() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
  SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO decision_work (node, number) VALUES (NEW.node, NEW.number);
  RETURN NULL;
END $$;
CREATE TRIGGER decision_batch_makes_work AFTER INSERT ON decision_batch
  FOR EACH ROW EXECUTE FUNCTION decision_batch_makes_work();

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON decision_batch FOR EACH ROW EXECUTE FUNCTION append_only();
ALTER TABLE decision_batch ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON decision_batch
  FOR EACH STATEMENT EXECUTE FUNCTION append_only();
ALTER TABLE decision_batch ENABLE ALWAYS TRIGGER append_only_truncate;
