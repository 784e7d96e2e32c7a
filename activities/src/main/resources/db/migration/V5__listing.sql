-- Every release that the record has heard of, in the order of its first sign of life. One row a release, written by the
-- store itself, so that a list need not look through entries.
CREATE TABLE listed_release (
  release     text COLLATE "C" CONSTRAINT listed_release_pk PRIMARY KEY,
  environment text        NOT NULL GENERATED ALWAYS AS (split_part(release, '/', 1)) STORED,
  system      text        NOT NULL GENERATED ALWAYS AS (split_part(release, '/', 2)) STORED,
  first_at    timestamptz NOT NULL
);
INSERT INTO listed_release (release, first_at)
  SELECT release, min(at) FROM (
    SELECT release, at FROM entry WHERE seq = 1 UNION ALL SELECT release, frozen_at FROM frozen_release) AS heard
  GROUP BY release;
CREATE INDEX listed_release_newest ON listed_release (first_at DESC, release DESC);
CREATE INDEX listed_release_of_system ON listed_release (environment, system, first_at DESC, release DESC);
CREATE INDEX release_status_by_state ON release_status (state);
CREATE INDEX frozen_release_by_submitter ON frozen_release (submitter);
CREATE INDEX entry_by_actor ON entry (actor, release);

-- With their owner's rights, so that the worker cannot write the list.
CREATE FUNCTION list_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO listed_release (release, first_at) VALUES (NEW.release, NEW.at) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER list_entry AFTER INSERT ON entry
  FOR EACH ROW WHEN (NEW.seq = 1) EXECUTE FUNCTION list_entry();
ALTER TABLE entry ENABLE ALWAYS TRIGGER list_entry;

CREATE FUNCTION list_frozen() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO listed_release (release, first_at) VALUES (NEW.release, NEW.frozen_at) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER list_frozen AFTER INSERT ON frozen_release
  FOR EACH ROW EXECUTE FUNCTION list_frozen();
ALTER TABLE frozen_release ENABLE ALWAYS TRIGGER list_frozen;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON listed_release
  FOR EACH ROW EXECUTE FUNCTION append_only();
ALTER TABLE listed_release ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON listed_release
  FOR EACH STATEMENT EXECUTE FUNCTION append_only();
ALTER TABLE listed_release ENABLE ALWAYS TRIGGER append_only_truncate;
