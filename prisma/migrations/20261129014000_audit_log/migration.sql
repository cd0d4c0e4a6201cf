-- The audit log can be read by filters and followed by a collector, and nothing in it can be changed (docs/decisions/094).

-- The transaction that wrote a row, set by trigger: with it a collector can tell which rows can still be joined by older ones.
ALTER TABLE audit ADD COLUMN tx_id BIGINT NOT NULL DEFAULT 0;
CREATE INDEX audit_tx_id_id_idx ON audit (tx_id, id);
CREATE INDEX audit_at_id_idx ON audit (at, id);
CREATE INDEX audit_actor_id_at_id_idx ON audit (actor_id, at, id);
CREATE INDEX audit_verb_at_id_idx ON audit (verb, at, id);

CREATE FUNCTION stamp_audit_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.tx_id := pg_current_xact_id()::text::bigint;
  RETURN NEW;
END $$;
CREATE TRIGGER audit_transaction BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION stamp_audit_transaction();

CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The audit log is append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_trail_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_trail
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
-- Also where a session replays changes as a replica does.
ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_append_only;
ALTER TABLE audit_trail ENABLE ALWAYS TRIGGER audit_trail_append_only;
ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_transaction;

-- Where a key was used from, so that a new address can be recorded once.
CREATE TABLE key_addresses (
  key_id  UUID NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE ON UPDATE CASCADE,
  address TEXT NOT NULL,
  first_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (key_id, address)
);
