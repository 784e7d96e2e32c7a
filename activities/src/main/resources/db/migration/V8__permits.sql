-- Decision nodes believe what the gate signed. Of a grant's entry they read its permit, which names no person and holds
-- nothing but the grant; what is longer than one can be is cut, and is then none.
CREATE OR REPLACE VIEW live_trace AS
  SELECT release, seq, kind,
         body ->> 'next' AS next, body ->> 'decision' AS decision, body ->> 'order' AS ordered, body ->> 'names' AS names,
         body ->> 'state' AS state, body ->> 'grantId' AS grant_id, body ->> 'drift' AS drift,
         body ->> 'reviewBy' AS review_by,
         CASE kind WHEN 'GRANT' THEN left(body ->> 'permit', 4096) END AS permit
    FROM entry
   WHERE kind IN ('GRANT', 'SIGN_OFF', 'ORDER', 'REVOCATION', 'SUSPENDED', 'COMPLETE', 'DRIFT', 'EMERGENCY_REVIEWED');
