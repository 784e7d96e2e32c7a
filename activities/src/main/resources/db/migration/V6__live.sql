-- What decision nodes read: which releases hold access, and what the record tells against it. They read the record
-- itself; a notification only says that looking is worth while, so that none that is lost or late changes an answer.

-- Of entries only what tells how a release stands: no envelope, no reason, nobody's name.
CREATE VIEW live_trace AS
  SELECT release, seq, kind,
         body ->> 'next' AS next, body ->> 'decision' AS decision, body ->> 'order' AS ordered, body ->> 'names' AS names,
         body ->> 'state' AS state, body ->> 'grantId' AS grant_id, body ->> 'drift' AS drift,
         body ->> 'reviewBy' AS review_by
    FROM entry
   WHERE kind IN ('GRANT', 'SIGN_OFF', 'ORDER', 'REVOCATION', 'SUSPENDED', 'COMPLETE', 'DRIFT', 'EMERGENCY_REVIEWED');

CREATE FUNCTION hint_live() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('countersign_live', left(NEW.release, 200));
  RETURN NULL;
END $$;

CREATE TRIGGER hint_live AFTER INSERT ON entry FOR EACH ROW
  WHEN (NEW.kind IN ('GRANT', 'SIGN_OFF', 'ORDER', 'REVOCATION', 'SUSPENDED', 'COMPLETE', 'DRIFT', 'EMERGENCY_REVIEWED'))
  EXECUTE FUNCTION hint_live();
ALTER TABLE entry ENABLE ALWAYS TRIGGER hint_live;

CREATE TRIGGER hint_live_opened AFTER INSERT ON access_grant FOR EACH ROW EXECUTE FUNCTION hint_live();
CREATE TRIGGER hint_live_moved AFTER UPDATE OF state ON access_grant FOR EACH ROW
  WHEN (NEW.state IS DISTINCT FROM OLD.state) EXECUTE FUNCTION hint_live();
