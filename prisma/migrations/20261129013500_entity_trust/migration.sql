-- What the team says about an entity; its history is in the audit. `kind` and `value` are those of lib/entities/subject.
CREATE TABLE entity_trust (
  kind text NOT NULL,
  value text NOT NULL,
  trust text NOT NULL,
  note text NOT NULL DEFAULT '',
  expires_at timestamptz(3),
  set_at timestamptz(3) NOT NULL DEFAULT now(),
  set_by_id text REFERENCES users (id) ON DELETE SET NULL ON UPDATE CASCADE,
  PRIMARY KEY (kind, value)
);
