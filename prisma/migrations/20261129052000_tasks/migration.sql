-- A recommendation that somebody is to carry out. It keeps its own words: the report may change.
CREATE TABLE tasks (
  id uuid PRIMARY KEY,
  investigation_id uuid NOT NULL REFERENCES investigations (id) ON DELETE CASCADE ON UPDATE CASCADE,
  text text NOT NULL,
  -- The heading of the report that it stood under, '' for none.
  heading text NOT NULL DEFAULT '',
  state text NOT NULL DEFAULT 'open',
  reason text,
  owner_id text REFERENCES users (id) ON DELETE SET NULL ON UPDATE CASCADE,
  assigned_by_id text REFERENCES users (id) ON DELETE SET NULL ON UPDATE CASCADE,
  assigned_at timestamptz(3) NOT NULL DEFAULT now(),
  created_by_id text NOT NULL REFERENCES users (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  ended_at timestamptz(3)
);
CREATE UNIQUE INDEX tasks_investigation_id_text_key ON tasks (investigation_id, md5(text));
CREATE INDEX tasks_owner_id_state_idx ON tasks (owner_id, state);
