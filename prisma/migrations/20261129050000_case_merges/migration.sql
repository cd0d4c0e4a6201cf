-- One case's alerts, text and evidence put into another: what the merge did, so that it can be undone while nothing else was done.
CREATE TABLE case_merges (
  id uuid PRIMARY KEY,
  from_id uuid NOT NULL REFERENCES investigations (id) ON DELETE CASCADE ON UPDATE CASCADE,
  into_id uuid NOT NULL REFERENCES investigations (id) ON DELETE CASCADE ON UPDATE CASCADE,
  actor_id text NOT NULL REFERENCES users (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  at timestamptz(3) NOT NULL DEFAULT now(),
  from_status text NOT NULL,
  into_status text NOT NULL,
  into_severity smallint NOT NULL,
  into_touched boolean NOT NULL,
  into_version integer NOT NULL,
  alert_ids uuid[] NOT NULL,
  shared_ids uuid[] NOT NULL,
  task_ids uuid[] NOT NULL DEFAULT '{}',
  evidence_offset integer NOT NULL,
  evidence_count integer NOT NULL,
  review_id uuid,
  undone_at timestamptz(3)
);
-- A case is in one other case at most.
CREATE UNIQUE INDEX case_merges_from ON case_merges (from_id) WHERE undone_at IS NULL;
CREATE INDEX case_merges_into_id_idx ON case_merges (into_id);
