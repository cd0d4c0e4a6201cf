-- Up to when a person has read the inbox.
CREATE TABLE inbox_reads (
  user_id text PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  at timestamptz(3) NOT NULL
);
CREATE INDEX runs_requested ON runs (requested_by_id, finished_at DESC);
CREATE INDEX reviews_submitter ON reviews (submitted_by_id, decided_at DESC);
