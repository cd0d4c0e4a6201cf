-- Why an alert was closed, and what people say about it.
ALTER TABLE alerts ADD COLUMN close_reason text;
CREATE TABLE alert_comments (
  id uuid PRIMARY KEY,
  alert_id uuid NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  author_id text NOT NULL REFERENCES users (id),
  body text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX alert_comments_alert ON alert_comments (alert_id, created_at);
-- Oldest first within a severity: what is due next.
CREATE INDEX alerts_open_due ON alerts (severity, received_at, id) WHERE status <> 'closed';
CREATE INDEX alerts_open_rule ON alerts (rule) WHERE status <> 'closed';
-- Named lists of the queue: one's own, or the team's.
CREATE TABLE alert_views (
  id uuid PRIMARY KEY,
  owner_id text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name text NOT NULL,
  -- The filters as they stand in the address.
  query text NOT NULL,
  shared boolean NOT NULL DEFAULT false,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX alert_views_owner ON alert_views (owner_id);
-- What a change of a whole filter replaced, so that it can be undone.
CREATE TABLE alert_batches (
  id uuid PRIMARY KEY,
  actor_id text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  at timestamptz(3) NOT NULL DEFAULT now(),
  patch jsonb NOT NULL,
  -- [{id, previous}]
  changes jsonb NOT NULL,
  undone_at timestamptz(3)
);
