-- Where the time and the severity come from, and whether the sender says that the condition is over.
ALTER TABLE alerts
  ADD COLUMN time_source text NOT NULL DEFAULT 'sender',
  ADD COLUMN severity_source text NOT NULL DEFAULT 'sender',
  ADD COLUMN resolved_at timestamptz(3),
  ADD COLUMN series text;

-- The alerts of one recurring condition (an alarm that fires, ends and fires again), newest last.
CREATE INDEX alerts_series ON alerts (source, series, occurred_at) WHERE series IS NOT NULL;

-- A later message about an alert whose content differs from the first: kept whole, each content once.
CREATE TABLE alert_updates (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  alert_id uuid NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
  content_hash text NOT NULL,
  title text NOT NULL,
  severity smallint NOT NULL,
  resolved boolean NOT NULL,
  occurred_at timestamptz(3) NOT NULL,
  received_at timestamptz(3) NOT NULL DEFAULT now(),
  raw jsonb NOT NULL
);
CREATE UNIQUE INDEX alert_updates_content ON alert_updates (alert_id, content_hash);
