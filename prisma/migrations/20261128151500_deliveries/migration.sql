-- Each request of an identified sender of alerts: what it became, and for a limited time its body.
CREATE TABLE deliveries (
  id uuid PRIMARY KEY,
  received_at timestamptz(3) NOT NULL DEFAULT now(),
  source text NOT NULL,
  actor_id text REFERENCES users (id) ON DELETE SET NULL,
  sender text NOT NULL,
  status smallint NOT NULL,
  reason text,
  message text,
  accepted int NOT NULL DEFAULT 0,
  duplicates int NOT NULL DEFAULT 0,
  updated int NOT NULL DEFAULT 0,
  rejected int NOT NULL DEFAULT 0,
  alert_ids uuid[] NOT NULL DEFAULT '{}',
  bytes int NOT NULL,
  body text,
  replay_of uuid
);
CREATE INDEX deliveries_newest ON deliveries (received_at DESC, id DESC);
CREATE INDEX deliveries_failed ON deliveries (received_at DESC, id DESC) WHERE status >= 400 OR rejected > 0;
